import type { CoreV1Event, V1ContainerStatus } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { podProblemsOf } from './pod-problems.ts';
import type { Pod } from './pods.ts';

const pod = (container: Partial<V1ContainerStatus>, more: Partial<Pod> = {}): Pod => ({
  metadata: { name: 'web-1' },
  status: { containerStatuses: [{ name: 'web', ready: false, restartCount: 0, image: '', imageID: '', ...container }] },
  ...more,
});
const event = (fields: Partial<CoreV1Event>): CoreV1Event => ({
  metadata: {},
  involvedObject: { kind: 'Pod', name: 'web-1' },
  type: 'Warning',
  reason: 'FailedMount',
  message: 'no such volume',
  lastTimestamp: new Date(10_000),
  ...fields,
});
const messages = (pods: readonly Pod[], events: readonly CoreV1Event[] = []) =>
  podProblemsOf(pods, events, 9_000, 12_000).map((problem) => problem.message);

test.each<[string, Partial<V1ContainerStatus>, string]>([
  [
    'waits for an image that never arrives',
    { state: { waiting: { reason: 'ImagePullBackOff', message: 'no' } } },
    'waits: ImagePullBackOff: no',
  ],
  ['has ended', { state: { terminated: { exitCode: 3, reason: 'Error' } } }, 'ended with status 3'],
  ['is killed for its memory', { state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }, 'ended with status 137 (OOMKilled)'],
  [
    'will be restarted',
    { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } },
    'ended with status 1',
  ],
])('reports a container that %s', (_, container, message) => {
  expect(messages([pod(container)])).toEqual([`pod web-1 does not start: container web ${message}`]);
});

test.each<[string, Pod]>([
  ['is being created', pod({ state: { waiting: { reason: 'ContainerCreating' } } })],
  ['runs', pod({ state: { running: {} } })],
  ['has done its work', pod({ state: { terminated: { exitCode: 0 } } })],
  ['is being deleted', pod({ state: { terminated: { exitCode: 1 } } }, { metadata: { name: 'web-1', deletionTimestamp: new Date() } })],
  [
    'crashed once and is ready',
    {
      metadata: { name: 'web-1' },
      status: { ...pod({ lastState: { terminated: { exitCode: 1 } } }).status, conditions: [{ type: 'Ready', status: 'True' }] },
    },
  ],
])('reports no problem of a pod that %s', (_, one) => {
  expect(messages([one])).toEqual([]);
});

test('an event since the start gives a reason that the state of its pod does not give', () => {
  const [waiting] = [pod({ state: { waiting: { reason: 'ContainerCreating' } } })];
  expect(messages([waiting], [event({})])).toEqual(['pod web-1 does not start: no such volume']);
  expect(messages([waiting], [event({ reason: 'Unhealthy', message: 'probe failed' })])).toEqual([
    'pod web-1 is not ready yet: probe failed',
  ]);
  expect(messages([], [event({ reason: 'FailedCreate', involvedObject: { kind: 'ReplicaSet', name: 'web' } })])).toEqual([
    'replicaset web does not start: no such volume',
  ]);
});

test('a startup probe may fail for 20 s before it is reported, a readiness probe for 5 s', () => {
  const failed = (message: string) => podProblemsOf([pod({})], [event({ reason: 'Unhealthy', message })], 9_000, 12_000);
  expect(failed('Startup probe failed: refused').map(({ patience }) => patience)).toEqual([20_000]);
  expect(failed('Readiness probe failed: refused').map(({ patience }) => patience)).toEqual([5_000]);
});

test.each<[string, Partial<CoreV1Event>]>([
  ['before the start', { lastTimestamp: new Date(7_000) }],
  ['that is no warning', { type: 'Normal' }],
  ['of another kind', { reason: 'BackOff' }],
  ['of a probe that failed some time ago', { reason: 'Unhealthy', lastTimestamp: new Date(6_000) }],
  ['of a pod that is gone', { involvedObject: { kind: 'Pod', name: 'web-0' } }],
])('ignores an event %s', (_, fields) => {
  expect(messages([pod({ state: { waiting: { reason: 'ContainerCreating' } } })], [event(fields)])).toEqual([]);
});

test('ignores an event of a phase that its pod has left', () => {
  expect(messages([pod({ state: { running: {} } })], [event({})])).toEqual([]);
  const scheduled = pod({ state: { waiting: { reason: 'ContainerCreating' } } }, { spec: { nodeName: 'node', containers: [] } });
  expect(messages([scheduled], [event({ reason: 'FailedScheduling' })])).toEqual([]);
});
