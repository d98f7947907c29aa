import type { Cluster, LiveObject } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { StatusReport } from './status.ts';
import { NAMESPACE } from './topology.ts';
import { watchStatus } from './watch-status.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

const report = (restarts = 0): StatusReport => ({
  url: '',
  node: [{ name: 'etcd', state: 'running', restarts }],
  controlPlane: [],
  rejectedConfigurations: [],
  driftedPolicies: [],
  splits: [],
  rollouts: [],
  pods: [],
});

/** A watch of a target whose collections change by `change`; each reading of the status is another report. */
function watched(failure?: Error) {
  const changes = new Map<string, () => void>();
  const watchUntil = (path: string, signal: AbortSignal, settled: (objects: readonly LiveObject[]) => unknown): Promise<never> => {
    changes.set(path, () => void settled([]));
    return new Promise((_, reject) => {
      if (failure && path.endsWith('leases')) reject(failure);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  let node = 0;
  const shown: string[] = [];
  const read = vi.fn(async () => report(node));
  const ended = new AbortController();
  const done = watchStatus(
    { cluster: { watchUntil } as unknown as Cluster, components: async () => report(node).node },
    read,
    (_, isNew) => shown.push(isNew ? 'new' : 'same'),
    ended.signal,
  );
  const fails = () => {
    node++;
  };
  return { changes, read, shown, done, ended, fails };
}

test('reads the status at first, and again after a change of pods, rollouts and policies', async () => {
  const { changes, shown, done, ended } = watched();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown).toEqual(['new']);
  for (const path of [
    `${NAMESPACE}/pods`,
    'istio-system/pods',
    `${NAMESPACE}/leases`,
    `${NAMESPACE}/virtualservices`,
    `${NAMESPACE}/peerauthentications`,
  ]) {
    const known = shown.length;
    [...changes].find(([one]) => one.endsWith(path))?.[1]();
    await vi.advanceTimersByTimeAsync(400);
    expect(shown.slice(known), path).toEqual(['new']);
  }
  ended.abort();
  await done;
});

test('reads it once after changes that come together', async () => {
  const { changes, read, done, ended } = watched();
  await vi.advanceTimersByTimeAsync(100);
  for (const change of changes.values()) change();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(read).toHaveBeenCalledTimes(2);
  ended.abort();
  await done;
});

test('shows what is known with its new age while nothing changes, and reads it where a component of the node changed', async () => {
  const { read, shown, done, ended, fails } = watched();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(shown).toEqual(['new', 'same']);
  expect(read).toHaveBeenCalledTimes(1);
  fails();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(shown.slice(0, 3)).toEqual(['new', 'same', 'new']);
  ended.abort();
  await done;
});

test('ends with the error of a watch, such as a missing permission', async () => {
  const { done } = watched(new Error('may not watch leases'));
  await Promise.all([expect(done).rejects.toThrow('may not watch leases'), vi.advanceTimersByTimeAsync(100)]);
});
