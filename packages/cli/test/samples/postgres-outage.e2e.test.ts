import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, isReady, type KubernetesObject, type LiveObject, type Pod } from '@mesh-platform/kubernetes';
import { underLoad } from '@mesh-platform/proofs';
import { type Answer, DocumentTraffic, isAcknowledged, WriteChecker } from '@mesh-platform/proofs/documents';
import { expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';

const AWAY_MS = 20_000;
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const POSTGRES = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'postgres-0', namespace: NAMESPACE } };

async function scalePostgres(cluster: Cluster, replicas: number): Promise<void> {
  const statefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'postgres', namespace: NAMESPACE },
    spec: { replicas },
  };
  await cluster.apply([statefulSet as KubernetesObject], 'outage-test');
}

const isPostgres = ({ metadata }: LiveObject): boolean => metadata?.name === 'postgres-0';

/** Each pod but Postgres' with how often its containers were restarted. */
async function restarts(cluster: Cluster): Promise<Record<string, number[]>> {
  const pods = (await cluster.list<Pod>('v1', 'Pod', NAMESPACE)).filter((pod) => !isPostgres(pod));
  return Object.fromEntries(
    pods.map(({ metadata, status }) => [metadata?.name, status?.containerStatuses?.map(({ restartCount }) => restartCount)]),
  );
}

/** Whether a service itself answered, and no proxy: a problem document with the request's id, and Retry-After. */
const isOrderlyRefusal = ({ status, headers, text }: Answer): boolean => {
  if (status !== 503 || headers['content-type'] !== 'application/problem+json') return false;
  const problem = JSON.parse(text) as { status: number; requestId: string };
  return problem.status === 503 && problem.requestId === headers['x-request-id'] && /^\d+$/.test(headers['retry-after'] ?? '');
};

it('Postgres unavailable for 20 s: the service answers each request with 503 and Retry-After, nothing crashes, no write is lost', async () => {
  const { cluster, gatewayUrl } = await runningTarget();
  const before = await restarts(cluster);
  const checker = new WriteChecker();
  const traffic = new DocumentTraffic(gatewayUrl, checker);
  let [goneAt, returnedAt] = [0, 0];
  const answers = await underLoad(
    { perSecond: 10, atMost: 300 },
    (index) => traffic.request(index),
    async () => {
      try {
        await scalePostgres(cluster, 0);
        await cluster.untilDeleted(POSTGRES, AbortSignal.timeout(60_000));
        goneAt = performance.now();
        await pause(AWAY_MS);
      } finally {
        await scalePostgres(cluster, 1);
      }
      await cluster.watchUntil(PODS, AbortSignal.timeout(90_000), (pods) => (pods.filter(isPostgres).some(isReady) ? true : undefined));
      returnedAt = performance.now();
      await pause(5000); // within which the API must answer again
    },
  );
  const refused = answers.filter((answer) => !isAcknowledged(answer));
  expect(refused.filter((answer) => !isOrderlyRefusal(answer))).toEqual([]);
  const whileAway = answers.filter(({ startedAt }) => startedAt > goneAt + 1000 && startedAt < goneAt + AWAY_MS);
  expect(whileAway.length).toBeGreaterThan(100);
  expect(whileAway.filter(isAcknowledged)).toEqual([]);
  const lastRefusal = Math.max(...refused.map(({ startedAt }) => startedAt));
  expect(lastRefusal - returnedAt).toBeLessThan(5000);
  await expect.poll(() => fetch(`${gatewayUrl}/api/documents`).then(({ status }) => status), { timeout: 5000 }).toBe(200);
  expect(await restarts(cluster)).toEqual(before);
  expect(checker.violations(await traffic.documents())).toEqual([]);
}, 240_000);
