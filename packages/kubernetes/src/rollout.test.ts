import { expect, test, vi } from 'vitest';
import type { Cluster } from './cluster.ts';
import type { LiveObject } from './object.ts';
import { PlatformError } from './platform-error.ts';
import { isComplete, replaceBroken, rolledOut, type WorkloadKind } from './rollout.ts';

const live = (spec: Record<string, unknown>, status: Record<string, unknown>, name = 'web-v1'): LiveObject => ({
  metadata: { name, generation: 2 },
  spec,
  status: { observedGeneration: 2, ...status },
});
const replicas = (count: number) => ({ replicas: count, updatedReplicas: count, readyReplicas: count, availableReplicas: count });
const revisions = (currentRevision: string, updateRevision: string) => ({ currentRevision, updateRevision });
const nodes = (count: number) => ({ desiredNumberScheduled: count, updatedNumberScheduled: count, numberAvailable: count });

test.each<[string, WorkloadKind, boolean, LiveObject]>([
  ['all of whose replicas are new and ready', 'Deployment', true, live({ replicas: 2 }, replicas(2))],
  ['without a number of replicas has one replica', 'Deployment', true, live({}, replicas(1))],
  ['without a number of replicas and with no replica yet', 'Deployment', false, live({}, {})],
  ['that is to have none and has none', 'Deployment', true, live({ replicas: 0 }, {})],
  ['that is to have none and still has one', 'Deployment', false, live({ replicas: 0 }, { replicas: 1, readyReplicas: 1 })],
  ['whose new template its controller has not seen', 'Deployment', false, live({}, { ...replicas(1), observedGeneration: 1 })],
  ['that no controller has seen', 'Deployment', false, { metadata: { name: 'web-v1', generation: 1 }, spec: { replicas: 0 } }],
  ['with an old replica left', 'Deployment', false, live({ replicas: 1 }, { ...replicas(1), replicas: 2 })],
  ['with a replica that is not new', 'Deployment', false, live({ replicas: 2 }, { ...replicas(2), updatedReplicas: 1 })],
  ['with a replica that is not ready', 'Deployment', false, live({ replicas: 2 }, { ...replicas(2), readyReplicas: 1 })],
  ['of the newest revision', 'StatefulSet', true, live({ replicas: 1 }, { ...replicas(1), ...revisions('b', 'b') })],
  ['of an older revision', 'StatefulSet', false, live({ replicas: 1 }, { ...replicas(1), ...revisions('a', 'b') })],
  [
    'with a replica that is not ready',
    'StatefulSet',
    false,
    live({ replicas: 1 }, { ...replicas(1), readyReplicas: 0, ...revisions('b', 'b') }),
  ],
  [
    'whose new template its controller has not seen',
    'StatefulSet',
    false,
    live({}, { ...replicas(1), ...revisions('b', 'b'), observedGeneration: 1 }),
  ],
  ['that is new and available on every node', 'DaemonSet', true, live({}, nodes(3))],
  ['that no node has yet', 'DaemonSet', false, live({}, nodes(0))],
  ['with an old pod on a node', 'DaemonSet', false, live({}, { ...nodes(3), updatedNumberScheduled: 2 })],
  ['with a pod that is not available', 'DaemonSet', false, live({}, { ...nodes(3), numberAvailable: 2 })],
  ['whose new template its controller has not seen', 'DaemonSet', false, live({}, { ...nodes(3), observedGeneration: 1 })],
])('a workload %s (%s): complete is %s', (_words, kind, complete, object) => {
  expect(isComplete(kind, object)).toBe(complete);
});

type Collections = Readonly<Record<string, readonly object[]>>;

/** A cluster whose collections are watched once as they were `before`, and do not change afterwards. */
function cluster(collections: Collections, log = '', before: Collections = {}) {
  const watchUntil = vi.fn(
    (path: string, signal: AbortSignal, settled: (objects: readonly LiveObject[]) => unknown) =>
      new Promise((resolve, reject) => {
        const name = path.slice(path.lastIndexOf('/') + 1);
        const found = settled((before[name] ?? []) as LiveObject[]) ?? settled((collections[name] ?? []) as LiveObject[]);
        if (found !== undefined) resolve(found);
        signal.addEventListener('abort', () => reject(new Error('ended')), { once: true });
      }),
  );
  const fake = {
    watchUntil,
    list: vi.fn(async () => collections.pods ?? []),
    getText: vi.fn(async () => log),
    delete: vi.fn(async () => {}),
  };
  return fake as typeof fake & Cluster;
}

const waitingPod = (reason: string, restartCount = 0, more: object = {}) => ({
  metadata: { name: 'web-v1-abc', ...more },
  status: { containerStatuses: [{ name: 'web', ready: false, restartCount, state: { waiting: { reason, message: 'its message' } } }] },
});
const web = [{ kind: 'Deployment', name: 'web-v1' }] as const;

test('a rollout ends when each of its workloads is complete', async () => {
  const workloads = [
    { kind: 'Deployment', name: 'web-v1' },
    { kind: 'StatefulSet', name: 'postgres' },
  ] as const;
  const done = cluster({
    deployments: [live({}, replicas(1))],
    statefulsets: [live({}, { ...replicas(1), ...revisions('a', 'a') }, 'postgres')],
  });
  await rolledOut(done, 'platform', workloads, 5_000);
  expect(done.watchUntil.mock.calls.map(([path]) => path)).toEqual([
    '/apis/apps/v1/namespaces/platform/deployments',
    '/apis/apps/v1/namespaces/platform/statefulsets',
    '/api/v1/namespaces/platform/pods',
  ]);
});

test('a rollout reports at each change what its pods wait for, and where they no longer do', async () => {
  const lines: string[] = [];
  const late = cluster({ pods: [] }, '', { pods: [waitingPod('ContainerCreating')] });
  await expect(rolledOut(late, 'platform', web, 20, { onWaiting: (line) => lines.push(line) })).rejects.toThrow();
  expect(lines).toEqual(['1 of 1 pods not ready\n    web-v1-abc has no node', '']);
});

test('a rollout whose workload is missing times out, and reports what its pods wait for', async () => {
  const late = cluster({ deployments: [live({}, replicas(1), 'another')], pods: [waitingPod('ContainerCreating')] });
  await expect(rolledOut(late, 'platform', web, 20)).rejects.toThrow(
    'the pods of platform were not ready within 0.02 s: pod web-v1-abc, container web: ContainerCreating, its message',
  );
});

test.each([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
])('a rollout fails at once where a container waits with %s', async (reason) => {
  const failing = rolledOut(cluster({ pods: [waitingPod(reason)] }), 'platform', web, 60_000);
  await expect(failing).rejects.toBeInstanceOf(PlatformError);
  await expect(failing).rejects.toThrow(`a pod cannot start: pod web-v1-abc, container web: ${reason}, its message`);
});

test('a rollout fails at the third crash of a container that it has seen, with its last lines', async () => {
  const crashing = cluster({ pods: [waitingPod('CrashLoopBackOff', 4)] }, 'no database\n', { pods: [waitingPod('Error', 1)] });
  await expect(rolledOut(crashing, 'platform', web, 60_000)).rejects.toThrow(/its last lines:\nno database$/);
  expect(crashing.getText).toHaveBeenCalledWith('/api/v1/namespaces/platform/pods/web-v1-abc/log?container=web&previous=true&tailLines=8');
});

test('crashes from before a rollout prove nothing', async () => {
  const crashing = cluster({ pods: [waitingPod('CrashLoopBackOff', 9)] }, '', { pods: [waitingPod('CrashLoopBackOff', 7)] });
  await expect(rolledOut(crashing, 'platform', web, 20)).rejects.toThrow('were not ready within');
});

test('an image that is not pulled leads to the page about mirrors', async () => {
  const failing = rolledOut(cluster({ pods: [waitingPod('ImagePullBackOff')] }), 'platform', web, 60_000);
  await expect(failing).rejects.toMatchObject({ hint: expect.stringContaining('use-a-mirror.md') });
});

test('a container that crashed two times may still come up', async () => {
  const crashing = cluster({ pods: [waitingPod('CrashLoopBackOff', 2)] });
  await expect(rolledOut(crashing, 'platform', web, 20)).rejects.toThrow('were not ready within');
});

test('a pod that is being deleted does not fail a rollout', async () => {
  const old = cluster({ deployments: [live({}, replicas(1))], pods: [waitingPod('ErrImagePull', 0, { deletionTimestamp: 'now' })] });
  await rolledOut(old, 'platform', web, 5_000);
});

test('broken pods are deleted, and no others', async () => {
  const healthy = { metadata: { name: 'fine' }, status: { containerStatuses: [{ name: 'web', ready: true, restartCount: 9, state: {} }] } };
  const mixed = cluster({ pods: [healthy, waitingPod('CrashLoopBackOff', 5)] });
  await replaceBroken(mixed, 'platform');
  expect(mixed.delete).toHaveBeenCalledTimes(1);
  expect(mixed.delete).toHaveBeenCalledWith({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-v1-abc', namespace: 'platform' } });
});
