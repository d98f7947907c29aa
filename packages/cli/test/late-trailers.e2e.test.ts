import { isReady, type KubernetesObject, runningImage } from '@mesh-platform/kubernetes';
import { probe, probePod } from '@mesh-platform/proofs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runningTarget } from './support/platform.ts';

const NAMESPACE = 'mesh-late-trailers';
const HOST = `late.${NAMESPACE}.svc.cluster.local`;
const PORT = 9090;
const HTTP_PORT = 8080;
const PER_TRY_MS = 500;
/** A call whose status comes after its try's time is over, but whose answer began before. */
const LATE_MS = 2 * PER_TRY_MS;

/** A gRPC service that begins its answer at once, and ends it late. Both of its ports answer with what they got of a timeout. */
const SCRIPT = `
const got = (headers) => JSON.stringify(headers['grpc-timeout'] ?? null);
require('node:http2').createServer().on('stream', (stream, headers) => {
  stream.on('error', () => {});
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.resume().write(got(headers));
  setTimeout(() => stream.end(), ${LATE_MS});
}).listen(${PORT});
require('node:http').createServer(({ headers }, response) => response.end(got(headers))).listen(${HTTP_PORT});
`;

const namespace: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'istio-injection': 'enabled' } },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'late', namespace: NAMESPACE },
  spec: {
    selector: { app: 'late' },
    ports: [
      { name: 'grpc', port: PORT },
      { name: 'http', port: HTTP_PORT },
    ],
  },
};
const routes = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'late', namespace: NAMESPACE },
  spec: {
    hosts: [HOST],
    http: [
      {
        timeout: '5s',
        retries: { attempts: 2, perTryTimeout: `${PER_TRY_MS}ms`, retryOn: 'reset' },
        match: [{ port: PORT }],
        route: [{ destination: { host: HOST, port: { number: PORT } } }],
      },
    ],
  },
};

beforeAll(async () => {
  const { cluster } = await runningTarget();
  const pod = probePod({
    name: 'late',
    namespace: NAMESPACE,
    image: await runningImage(cluster),
    command: ['node', '-e', SCRIPT],
    port: HTTP_PORT,
  });
  await cluster.apply([namespace, service, routes, pod] as KubernetesObject[], 'probe');
  const path = `/api/v1/namespaces/${NAMESPACE}/pods?fieldSelector=metadata.name%3Dlate`;
  await cluster.watchUntil(path, AbortSignal.timeout(60_000), (pods) => pods.some(isReady) || undefined);
}, 90_000);
afterAll(async () => (await runningTarget()).cluster.delete(namespace));

// Istio's inbound routes take the caller's time for one try as the longest duration of a call: infra/istio/sidecars.yaml.
it(`an answer of gRPC that begins within the time of a try, ${PER_TRY_MS} ms, may end later`, { timeout: 120_000 }, async () => {
  const { cluster } = await runningTarget();
  const call = { kind: 'grpc', host: HOST, port: PORT, path: '/late.v1.Late/Get', headers: { 'grpc-timeout': '4S' }, body: true } as const;
  const plain = { kind: 'http', host: HOST, port: HTTP_PORT, body: true } as const;
  const [late, again, http] = await probe(cluster, { namespace: NAMESPACE, egress: [`./${HOST}`] }, [call, call, plain]);
  expect([late, again]).toEqual(Array(2).fill(`grpc-status 0 "${PER_TRY_MS}m"`));
  expect(http).toBe('200 null');
});
