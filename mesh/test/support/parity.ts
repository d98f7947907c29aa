import type { Severity } from '../../src/check/check.ts';
import { schemaChecks } from '../../src/check/schema/index.ts';
import { webhookChecks } from '../../src/check/webhook/index.ts';
import type { MeshObject } from '../../src/object.ts';
import { OF_ENVOY, type Verdict, warningCodes } from './istio-verdict.ts';

interface Found {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

interface Difference {
  readonly object: MeshObject;
  readonly severity: Severity;
  /** Istio's errors, or the codes of its warnings. */
  readonly istio: readonly string[];
  readonly ours: readonly Found[];
}

/** A kind of difference that stays, and the reason. */
interface Explained {
  readonly why: string;
  readonly covers: (difference: Difference) => boolean;
}

/** What our check of an EnvoyFilter finds without knowledge of Envoy's types. */
const ENVOY_FILTER_ERRORS =
  /missing (?:applyTo|patch)|invalid regex for proxy version|applyTo for .* class objects|filter match|in selector/;

const explained: readonly Explained[] = [
  {
    why: "the value of a patch is not read as Envoy's type: that takes the descriptors of a thousand types",
    covers: ({ object, severity, istio, ours }) =>
      object.kind === 'EnvoyFilter' &&
      severity === 'error' &&
      ours.length === 0 &&
      istio.every((error) => !ENVOY_FILTER_ERRORS.test(error)),
  },
  {
    why: 'Istio ignores text after a JSON Web Key Set, and Envoy rejects the set',
    covers: ({ severity, istio, ours }) =>
      severity === 'error' && istio.length === 0 && ours.every(({ code, path }) => code === 'MESH175' && path.endsWith('.jwks')),
  },
  {
    why: "a warning of every EnvoyFilter is noise, and those of values take Envoy's types",
    covers: ({ severity, istio, ours }) =>
      severity === 'warning' &&
      istio.includes(OF_ENVOY) &&
      sameCodes(
        istio.filter((code) => code !== OF_ENVOY),
        ours,
      ),
  },
  {
    why: 'Istio computes these warnings and drops them: its validation of these parts returns only errors',
    covers: ({ severity, istio, ours }) =>
      severity === 'warning' &&
      sameCodes(
        istio,
        ours.filter(({ path }) => !DROPPED.test(path)),
      ),
  },
];

/** The reasons of the differences that stay. */
export const reasons: readonly string[] = explained.map(({ why }) => why);

const sameCodes = (istio: readonly string[], ours: readonly Found[]): boolean =>
  istio.join() === [...new Set(ours.map(({ code }) => code))].sort().join();

/** Parts of objects whose warnings Istio drops. */
const DROPPED = /\.fault\.abort$|^spec\.(?:http|tcp)\[\d+\]\.match\[\d+\]\.gateways|\.subsets\[\d+\]\.|\.portLevelSettings\[\d+\]\./;

const checks = [...schemaChecks, ...webhookChecks];

const findingsOf = (object: MeshObject, severity: Severity): readonly Found[] =>
  checks
    .filter((check) => (check.severity ?? 'error') === severity)
    .flatMap(({ code, find }) => find({ objects: [object] }).map(({ path, message }) => ({ code, path, message })));

/** How often the two agree on objects of a kind. */
export interface Agreement {
  cases: number;
  agreed: number;
  /** The reason of each difference that has one. */
  readonly explained: string[];
  readonly unexplained: string[];
}

const none = (): Agreement => ({ cases: 0, agreed: 0, explained: [], unexplained: [] });

export interface KindAgreement {
  readonly errors: Agreement;
  /** Of objects that both accept. */
  readonly warnings: Agreement;
}

/** Compares our verdict on each object with Istio's, by kind. */
export function compareVerdicts(objects: readonly MeshObject[], verdicts: readonly Verdict[]): ReadonlyMap<string, KindAgreement> {
  const kinds = new Map<string, KindAgreement>();
  for (const [index, object] of objects.entries()) {
    const verdict = verdicts[index] ?? {};
    const kind = object.kind ?? '';
    const { errors, warnings } = kinds.get(kind) ?? { errors: none(), warnings: none() };
    kinds.set(kind, { errors, warnings });
    const rejected = [...(verdict.schema ? [verdict.schema] : []), ...(verdict.webhook ?? [])];
    const ours = findingsOf(object, 'error');
    count(errors, rejected.length > 0 === ours.length > 0, { object, severity: 'error', istio: rejected, ours });
    if (rejected.length + ours.length > 0) continue;
    const codes = warningCodes(verdict);
    const warned = findingsOf(object, 'warning');
    count(warnings, sameCodes(codes, warned), { object, severity: 'warning', istio: codes, ours: warned });
  }
  return kinds;
}

function count(agreement: Agreement, agrees: boolean, difference: Difference): void {
  agreement.cases += 1;
  const reason = agrees ? undefined : explained.find(({ covers }) => covers(difference))?.why;
  if (agrees) agreement.agreed += 1;
  else if (reason) agreement.explained.push(reason);
  else {
    const { object, severity, istio, ours } = difference;
    const found = ours.map(({ code, path, message }) => `${code} ${path} ${message}`);
    agreement.unexplained.push(
      `${severity} of ${JSON.stringify(object)}\n  Istio: ${istio.join('; ') || 'none'}\n  mesh check: ${found.join('; ') || 'none'}`,
    );
  }
}

/** A row for each kind. */
export function parityTable(kinds: ReadonlyMap<string, KindAgreement>): string {
  const cells = ({ cases, agreed, explained, unexplained }: Agreement) =>
    [cases, agreed, explained.length, unexplained.length].map((number) => String(number).padStart(8)).join('');
  const head = ['cases', 'agree', 'explained', 'differ'].map((word) => word.slice(0, 7).padStart(8)).join('');
  const rows = [...kinds].map(([kind, { errors, warnings }]) => `${kind.padEnd(22)}${cells(errors)} |${cells(warnings)}`);
  return [`${''.padEnd(22)}${'errors'.padStart(32)} |${'warnings'.padStart(32)}`, `${'kind'.padEnd(22)}${head} |${head}`, ...rows].join(
    '\n',
  );
}
