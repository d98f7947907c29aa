import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { MeshObject } from '../../src/object.ts';

/** What an API server with Istio's CRDs and istiod's webhook decide. */
export interface Verdict {
  readonly schema?: string;
  readonly webhook?: readonly string[];
  /** Of an object that is accepted. */
  readonly warnings?: readonly string[];
}

const CRDS = fileURLToPath(new URL('../../crds/crds.yaml', import.meta.url));

/** Asks the program `istio-verdict` for its verdict on each object, in their order. */
export async function istioVerdicts(program: string, objects: readonly MeshObject[]): Promise<readonly Verdict[]> {
  return answers(program, CRDS, objects, '\n---\n');
}

/** A message of `istioctl analyze`. */
export interface AnalysisMessage {
  readonly code: string;
  readonly level: 'Error' | 'Warning' | 'Info';
  readonly object: string;
  readonly message: string;
}

/** What `istioctl analyze` finds in each set of objects that exist together. */
export async function istioAnalyses(
  program: string,
  sets: readonly (readonly MeshObject[])[],
): Promise<readonly (readonly AnalysisMessage[])[]> {
  return answers(program, 'analyze', sets, '\n');
}

/** What `istioctl manifest generate` makes of each profile, and `helm template` of Istio's gateway chart. */
export async function generatedManifests(
  program: string,
): Promise<readonly { readonly name: string; readonly manifests: readonly string[] }[]> {
  const child = spawn(program, ['manifests'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = (await text(child.stdout)).split('\n').slice(0, -1);
  return lines.map((line) => {
    const { name, manifests } = JSON.parse(line) as { name: string; manifests: readonly string[] | null };
    return { name, manifests: manifests ?? [] };
  });
}

/** Throws where the program does not answer to each question. */
async function answers<Answer>(
  program: string,
  argument: string,
  questions: readonly unknown[],
  separator: string,
): Promise<readonly Answer[]> {
  const child = spawn(program, [argument], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(questions.map((question) => JSON.stringify(question)).join(separator));
  const lines = (await text(child.stdout)).split('\n').slice(0, -1);
  if (lines.length !== questions.length) throw new Error(`${lines.length} answers to ${questions.length} questions`);
  return lines.map((line) => JSON.parse(line) as Answer);
}

/** The code of each warning of Istio's. */
const WARNINGS: readonly (readonly [message: RegExp, code: string])[] = [
  [
    /^using (?:deprecated setting|legacy gatewayName|deprecated filter name)|^(?:outlier detection consecutive errors|consistent hash MinimumRingSize) is deprecated/,
    'MESH191',
  ],
  [/^virtualService rule .+ (?:is )?not used/, 'MESH192'],
  [/will deny all traffic to TCP ports/, 'MESH193'],
  [/^large direct_responses/, 'MESH195'],
  [/contains private key material/, 'MESH196'],
  [/^addresses are required for ports serving TCP|^address is unset with network|can not have more than one host specified/, 'MESH197'],
  [/^TLS version below TLSV1_2/, 'MESH198'],
  [
    /workload selector specified without labels|^workloadSelector should not be set|^duplicated egress host|^`\*\/\*` host select all/,
    'MESH194',
  ],
  [
    /^ignoring (?:invalid|duplicate) cipher|mode does not use certificates|^tls.httpsRedirect should only|HTTP connection pool settings/,
    'MESH194',
  ],
  [/^multiple (?:tracing|providers) is not|^tagOverrides.name may not be empty|^partial wildcard|proxyVersion match exceeds/, 'MESH194'],
  [/^outlier detection policy must be provided|goes against SNI spec|filter match has no effect/, 'MESH194'],
];

/** Instead of a code: a warning of every EnvoyFilter, or of the value of a patch. */
export const OF_ENVOY = 'Envoy';
const ENVOY_WARNINGS =
  /^EnvoyFilter exposes internal implementation details|unknown field|^using deprecated type|^proto:|^unable to resolve/;

/** The codes of a verdict's warnings. Throws where it does not know one: a newer Istio has more. */
export function warningCodes({ warnings = [] }: Verdict): readonly string[] {
  const codes = warnings.map((warning) => {
    const code = WARNINGS.find(([message]) => message.test(warning))?.[1] ?? (ENVOY_WARNINGS.test(warning) ? OF_ENVOY : undefined);
    if (!code) throw new Error(`no code is for Istio's warning: ${warning}`);
    return code;
  });
  return [...new Set(codes)].sort();
}
