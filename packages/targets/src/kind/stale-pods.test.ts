import type { Cluster } from '@mesh-platform/kubernetes';
import { expect, test, vi } from 'vitest';
import { podsAreCurrent } from './stale-pods.ts';

const STARTED = 100_000;
const pod = (startedAt: number, ready = 'True') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'platform' },
  status: {
    conditions: [{ type: 'Ready', status: ready }],
    containerStatuses: [{ name: 'web', state: { running: { startedAt: new Date(startedAt).toISOString() } } }],
  },
});
const cluster = (...answers: readonly object[]) => {
  const list = vi.fn(async () => [answers[Math.min(list.mock.calls.length, answers.length) - 1]]);
  return { list } as unknown as Cluster & { readonly list: typeof list };
};

test('waits while a pod is reported as ready whose containers ran before the node started', async () => {
  const restarting = cluster(pod(STARTED - 5_000), pod(STARTED - 5_000, 'False'));
  await podsAreCurrent(restarting, STARTED);
  expect(restarting.list).toHaveBeenCalledTimes(2);
});

test('names such a pod when the time is over', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '0.1');
  vi.useFakeTimers();
  const waiting = podsAreCurrent(cluster(pod(STARTED - 5_000)), STARTED);
  waiting.catch(() => {});
  await vi.advanceTimersByTimeAsync(20_000);
  await expect(waiting).rejects.toMatchObject({ cause: { message: 'not yet reported: Pod platform/web' } });
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

test('a pod that started with the node or later is current', async () => {
  const current = cluster(pod(STARTED + 500));
  await podsAreCurrent(current, STARTED);
  expect(current.list).toHaveBeenCalledTimes(1);
});
