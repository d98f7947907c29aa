import { readFile } from 'node:fs/promises';
import { GATEWAY, ISTIO_NAMESPACE, type LiveObject, type Pod } from '@mesh-platform/kubernetes';
import { type Attempt, probe } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningTarget } from './support/platform.ts';
import { processesOf } from './support/processes-of.ts';

const FOREIGN = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh-foreign-pod' } };
const ISTIOD = `istiod.${ISTIO_NAMESPACE}.svc`;
const CONFIGURATION = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
const CERTIFICATE = '/istio.v1.auth.IstioCertificateService/CreateCertificate';
const GRPC_UNAUTHENTICATED = 'grpc-status 16';
/** Each gives the configuration of the mesh or of a proxy, or changes a process. */
const DEBUG_PATHS = ['syncz', 'configz', 'endpointz', 'registryz', 'config_dump', 'push_status', 'connections'].map(
  (name) => `/debug/${name}`,
);

/** Of /proc/net/tcp: the state of a socket, and 127.0.0.0/8 and ::1, each in the machine's order of bytes. */
const LISTEN = '0A';
const LOOPBACK = /7F$|^0{24}01000000$/;

interface ConfigMap extends LiveObject {
  readonly data?: Readonly<Record<string, string>>;
}

let target: RunningTarget;
let root = '';
beforeAll(async () => {
  target = await runningTarget();
  await target.cluster.apply([FOREIGN], 'probe');
  const maps = await target.cluster.list<ConfigMap>('v1', 'ConfigMap', ISTIO_NAMESPACE);
  root = maps.find(({ metadata }) => metadata?.name === 'istio-ca-root-cert')?.data?.['root-cert.pem'] ?? '';
});
afterAll(() => target.cluster.delete(FOREIGN));

const fromForeignPod = (attempts: readonly Attempt[]) => probe(target.cluster, { namespace: FOREIGN.metadata.name }, attempts);

const addressOf = async (namespace: string, selector: string): Promise<string> => {
  const [pod] = await target.cluster.list<Pod>('v1', 'Pod', namespace, selector);
  if (!pod?.status?.podIP) throw new Error(`no pod of ${namespace} with ${selector} has an address`);
  return pod.status.podIP;
};

describe('a pod without a sidecar in another namespace', () => {
  it('gets no configuration and no certificate of istiod: not in plain text, and over TLS only with an identity', async () => {
    const address = await addressOf(ISTIO_NAMESPACE, 'app=istiod');
    expect(root).toContain('BEGIN CERTIFICATE');
    const words = await fromForeignPod([
      { kind: 'grpc', host: ISTIOD, port: 15012, path: CONFIGURATION, issuers: root },
      { kind: 'grpc', host: ISTIOD, port: 15012, path: CERTIFICATE, issuers: root },
      { kind: 'grpc', host: address, port: 15010, path: CONFIGURATION },
      { kind: 'grpc', host: address, port: 15010, path: CERTIFICATE },
      { kind: 'grpc', host: address, port: 15012, path: CONFIGURATION },
    ]);
    const closed = expect.stringMatching(/^closed/);
    expect(words).toEqual([GRPC_UNAUTHENTICATED, GRPC_UNAUTHENTICATED, closed, closed, closed]);
  });

  it('reads nothing of istiod’s debug pages, which want a token', async () => {
    const host = await addressOf(ISTIO_NAMESPACE, 'app=istiod');
    const attempts = [8080, 15014].flatMap((port) => DEBUG_PATHS.map((path) => ({ kind: 'http', host, port, path }) as const));
    expect(new Set(await fromForeignPod(attempts))).toEqual(new Set(['401']));
  });

  it('reaches neither Envoy’s administration at the gateway nor what ends its process', async () => {
    const host = await addressOf(GATEWAY.namespace, `app=${GATEWAY.name}`);
    const words = await fromForeignPod([
      { kind: 'http', host, port: 15000, path: '/config_dump' },
      { kind: 'http', host, port: 15004, path: '/debug/syncz' },
      { kind: 'http', host, port: 15020, path: '/quitquitquit', method: 'POST' },
      { kind: 'http', host, port: 15090, path: '/config_dump' },
    ]);
    expect(words).toEqual(['closed: ECONNREFUSED', 'closed: ECONNREFUSED', '403', '404']);
  });

  it.each([
    ['istiod', ISTIO_NAMESPACE, 'app=istiod', 'pilot-discovery', [8080, 15012, 15014, 15017]],
    ['the gateway', GATEWAY.namespace, `app=${GATEWAY.name}`, 'envoy', [8080, 15020, 15021, 15090]],
    ['Istio’s CNI plugin', ISTIO_NAMESPACE, 'k8s-app=istio-cni-node', 'install-cni', [8000, 15014]],
  ] as const)('finds no port of %s open but those that the threat model lists', async (_what, namespace, selector, program, ports) => {
    const [pod] = await target.cluster.list<Pod>('v1', 'Pod', namespace, selector);
    const [process = 0] = await processesOf(pod?.metadata?.uid ?? '', program);
    expect(await listeningPorts(process)).toEqual(ports);
  });
});

/** The TCP ports on which something in a process's network listens for more than its own pod. */
async function listeningPorts(process: number): Promise<readonly number[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${process}/net/${name}`, 'utf8')));
  const sockets = tables.flatMap((table) => table.trim().split('\n').slice(1)).map((row) => row.trim().split(/\s+/));
  const addresses = sockets.filter(([, , , state]) => state === LISTEN).map(([, local = '']) => local.split(':'));
  const open = addresses.filter(([address = '']) => !LOOPBACK.test(address)).map(([, port = '']) => Number.parseInt(port, 16));
  return [...new Set(open)].sort((a, b) => a - b);
}
