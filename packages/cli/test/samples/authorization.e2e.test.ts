import { type KubernetesObject, type LiveObject, runningImage } from '@mesh-platform/kubernetes';
import type { Call, Mesh } from '@mesh-platform/mesh';
import { type Attempt, isAnswered, probe, probePod, requests } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { beforeAll, describe, expect, it } from 'vitest';
import { localEnvironment } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';

let target: RunningTarget;
let mesh: Mesh;
beforeAll(async () => {
  target = await runningTarget();
  mesh = (await localEnvironment()).environment.mesh;
});

/** One request of the matrix: the callee, and the attempt. */
interface Wanted {
  readonly to: string;
  readonly attempt: Attempt;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
/** Paths in addition to those of the topology. */
const UNDECLARED = ['/', '/healthz', '/metrics', '/documents/../metrics'];

const concrete = (path: string): string => path.replace(/\*$/, 'x');

function attemptsTo(to: string, callers: readonly Call[]): readonly Wanted[] {
  const { protocol = 'tcp', port = 0 } = mesh.services.get(to) ?? {};
  if (protocol === 'tcp') return [{ to, attempt: { kind: 'postgres', host: to, port } }];
  const declared = callers.flatMap(({ operations }) => operations.flatMap(({ paths }) => paths)).map(concrete);
  if (protocol === 'grpc')
    return [...declared, `/${to}.v1.Nothing/Declared`].map((path) => ({ to, attempt: { kind: 'grpc', host: to, port, path } }));
  return [...new Set([...declared, ...UNDECLARED])].flatMap((path) =>
    METHODS.map((method): Wanted => ({ to, attempt: { kind: 'http', host: to, port, path, method } })),
  );
}

const matches = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;

/** Whether the topology allows the request: the one source of the expectations. */
function isAllowed(from: string, { to, attempt: { method = 'POST', path = '' } }: Wanted): boolean {
  const call = mesh.callersOf.get(to)?.find((one) => one.from === from);
  if (!call || mesh.services.get(to)?.protocol === 'tcp') return call !== undefined;
  const normal = new URL(path, 'http://any').pathname;
  return call.operations.some(
    ({ methods, paths }) =>
      (methods.length === 0 || methods.includes(method)) && (paths.length === 0 || paths.some((one) => matches(one, normal))),
  );
}

const verdictOf = (word: string): 'allowed' | 'refused' | string => {
  if (word === '403' || word === 'grpc-status 7' || word.startsWith('closed')) return 'refused';
  return /^([24]\d\d|grpc-status \d+|answer .)$/.test(word) ? 'allowed' : word;
};

const everything = (): readonly Wanted[] => [...mesh.services.keys()].flatMap((to) => attemptsTo(to, mesh.callersOf.get(to) ?? []));

const inWords = ({ to, attempt: { method = '', path = '' } }: Wanted, verdict: string): string => `${method} ${to}${path} ${verdict}`;

async function verdicts(serviceAccount: string, wanted: readonly Wanted[], headers: Readonly<Record<string, string>> = {}) {
  const egress = [...mesh.services.keys()].map((name) => `./${name}.${mesh.namespace}.svc.cluster.local`);
  const words = await probe(
    target.cluster,
    { namespace: mesh.namespace, serviceAccount, egress },
    wanted.map(({ attempt }) => ({ ...attempt, headers })),
  );
  return wanted.map((one, index) => inWords(one, verdictOf(words[index] ?? '')));
}

const expected = (from: string, wanted: readonly Wanted[]) =>
  wanted.map((one) => inWords(one, isAllowed(from, one) ? 'allowed' : 'refused'));

describe('who may call what', () => {
  it.each(['preview', 'web', 'core', 'postgres', 'default'])(
    'as %s: exactly the calls that the topology declares are allowed',
    async (from) => {
      const wanted = everything();
      expect(wanted.length).toBeGreaterThan(50);
      expect(await verdicts(from, wanted)).toEqual(expected(from, wanted));
    },
    60_000,
  );

  it('a forged x-forwarded-client-cert changes nothing, and the callee receives the identity of the real caller', async () => {
    const web = `spiffe://${mesh.trustDomain}/ns/${mesh.namespace}/sa/web`;
    const forged = { 'x-forwarded-client-cert': `By=spiffe://x;Hash=00;URI=spiffe://${mesh.trustDomain}/ns/${mesh.namespace}/sa/preview` };
    const wanted = everything();
    expect(await verdicts('default', wanted, forged)).toEqual(expected('default', wanted));
    const options = { namespace: mesh.namespace, serviceAccount: 'preview', egress: [`./web.${mesh.namespace}.svc.cluster.local`] };
    const headers = { 'x-forwarded-client-cert': `URI=${web}` };
    const [answer = ''] = await probe(target.cluster, options, [
      { kind: 'http', host: 'web', port: 8080, path: '/path', body: true, headers },
    ]);
    expect(answer).toContain(`"caller":"spiffe://${mesh.trustDomain}/ns/${mesh.namespace}/sa/preview"`);
  }, 90_000);

  it('a pod without a sidecar gets no word from any of them', async () => {
    const wanted = everything();
    const words = await probe(
      target.cluster,
      { namespace: mesh.namespace, sidecar: false },
      wanted.map(({ attempt }) => attempt),
    );
    for (const word of words) expect(word).toMatch(/^closed/);
  }, 60_000);
});

interface Slice extends LiveObject {
  readonly endpoints?: readonly { readonly targetRef?: { readonly name: string }; readonly conditions: { readonly ready?: boolean } }[];
}

/** Answers every request, and logs it. */
const IMPOSTOR = `const { createServer } = require('node:http2');
createServer().on('stream', (stream) => { console.log('answered'); stream.respond({ ':status': 200 }); stream.end(); }).listen(9090);
require('node:http').createServer((request, response) => response.end()).listen(8080);`;

it('a pod that is labelled as core and is not core becomes an endpoint of it, and is asked for nothing', async () => {
  const { namespace } = mesh;
  const name = 'impostor';
  const labels = { app: 'core', version: 'v1' };
  const command = ['node', '-e', IMPOSTOR];
  const pod: KubernetesObject = probePod({
    name,
    namespace,
    image: await runningImage(target.cluster),
    command,
    labels,
    port: 8080,
  });
  await target.cluster.apply([pod], 'probe');
  try {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    await target.cluster.watchUntil(path, AbortSignal.timeout(60_000), (slices) =>
      (slices as Slice[]).some(
        ({ metadata, endpoints }) =>
          metadata?.labels?.['kubernetes.io/service-name'] === 'core' &&
          endpoints?.some(({ targetRef, conditions }) => targetRef?.name === name && conditions.ready),
      )
        ? true
        : undefined,
    );
    const signal = AbortSignal.timeout(60_000);
    const replies = await requests(target.gatewayUrl, 400, { path: '/api/documents?limit=1' }, signal);
    expect(replies.filter((reply) => !isAnswered(reply))).toEqual([]);
    expect(await target.cluster.getText(`/api/v1/namespaces/${namespace}/pods/${name}/log?container=probe`)).toBe('');
    const metrics = await target.cluster.getText(`/api/v1/namespaces/${namespace}/pods/${name}/log?container=istio-proxy&tailLines=50`);
    expect(metrics).not.toContain('"method":"POST"');
  } finally {
    await target.cluster.delete(pod);
  }
}, 150_000);
