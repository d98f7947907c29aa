import { GATEWAY, isReady, isTerminating, type Pod } from '@mesh-platform/kubernetes';
import { type RunningTarget, waitFor } from '@mesh-platform/targets';
import { beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';

const ADMIN_PORT = 15_000;
const REQUESTS = 30;

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
});

/** The answer of the administration interface of a pod's proxy. */
async function ask(namespace: string, labels: string, path: string): Promise<string> {
  const pods = await target.cluster.list<Pod>('v1', 'Pod', namespace, labels);
  const name = pods.find((pod) => isReady(pod) && !isTerminating(pod))?.metadata?.name ?? '';
  const connection = await target.cluster.connect(namespace, name, ADMIN_PORT);
  try {
    return await connection.get(path, AbortSignal.timeout(10_000));
  } finally {
    connection.close();
  }
}
const gateway = (path: string) => ask(GATEWAY.namespace, `app=${GATEWAY.name}`, path);
const web = (path: string) => ask(NAMESPACE, 'app=web', path);

async function send(path: string, fault: string, init: RequestInit = {}): Promise<void> {
  const headers = { ...(init.headers as Record<string, string>), 'x-fault': fault };
  for (let count = 0; count < REQUESTS; count += 1)
    await (await fetch(`${target.gatewayUrl}${path}`, { ...init, headers, signal: AbortSignal.timeout(10_000) })).arrayBuffer();
}

/** What a rollout asks for; a proxy creates a statistic with the first request that needs it. */
describe('the pinned Envoy counts what a rollout judges, by the names that it asks for:', () => {
  it('answers, 4xx, 5xx and latency of HTTP', async () => {
    await send('/', 'preview=unavailable:0.5');
    await send('/nothing', '');
    const counted = await statisticsOf(gateway, `preview.${NAMESPACE}.svc.cluster.local`, [
      'upstream_rq_completed',
      'upstream_rq_4xx',
      'upstream_rq_5xx',
      'upstream_rq_time',
      'upstream_rq_timeout',
    ]);
    expect(counted).toBe(true);
  });

  it('statuses and retried attempts of gRPC', async () => {
    await send('/api/documents?limit=5', 'core=unavailable:0.5');
    const id = crypto.randomUUID().replace('-4', '-7');
    await send(`/api/documents/${id}`, 'core=unavailable:0.5', { method: 'DELETE', headers: { 'if-match': '"1"' } });
    expect(await statisticsOf(web, `core.${NAMESPACE}.svc.cluster.local`, ['grpc.0', 'grpc.14', 'grpc.5', 'upstream_rq_retry'])).toBe(true);
  });

  it('attempts of each host, whatever is admitted', async () => {
    const { cluster_statuses: clusters } = JSON.parse(await gateway('/clusters?format=json')) as {
      readonly cluster_statuses: readonly { readonly name: string; readonly host_statuses?: readonly { readonly stats: readonly { readonly name: string }[] }[] }[]; // biome-ignore format: as Envoy answers
    };
    const hosts = clusters.find(({ name }) => name.startsWith('outbound|8080|v1|preview.'))?.host_statuses ?? [];
    expect(hosts[0]?.stats.map(({ name }) => name)).toEqual(expect.arrayContaining(['rq_success', 'rq_error', 'rq_timeout']));
  });
});

/** Waits until the proxy names each statistic of v1 of the service. */
const statisticsOf = (proxy: (path: string) => Promise<string>, host: string, statistics: readonly string[]): Promise<true> =>
  waitFor(
    `${statistics.join(', ')} of ${host}`,
    async () => {
      const text = await proxy(
        `/stats?filter=${encodeURIComponent(`^cluster\\.outbound\\|[0-9]+\\|v1\\|${host.replaceAll('.', '\\.')};`)}`,
      );
      return statistics.every((name) => text.includes(`;.${name}:`)) ? true : undefined;
    },
    { timeout: 20_000, every: 1_000 },
  );
