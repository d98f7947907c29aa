import type { V1ContainerStatus } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { Pod } from './pods.ts';
import { podsWaiting } from './pods-waiting.ts';

const status = (name: string, state: V1ContainerStatus['state'], ready = false): V1ContainerStatus => ({
  ...{ name, ready, restartCount: 0, image: '', imageID: '' },
  ...(state ? { state } : {}),
});
const running = { running: {} };
const waiting = (reason: string) => ({ waiting: { reason } });
const pod = (proxy: V1ContainerStatus, own: V1ContainerStatus, more: Partial<Pod> = {}): Pod => ({
  metadata: { name: 'web-1' },
  spec: { nodeName: 'node' },
  status: { initContainerStatuses: [proxy], containerStatuses: [own] },
  ...more,
});
const creating = pod(status('istio-proxy', waiting('PodInitializing')), status('web', waiting('PodInitializing')));
const ready = (name: string): Pod => ({ metadata: { name }, status: { conditions: [{ type: 'Ready', status: 'True' }] } });

test.each<[string, Pod]>([
  ['has no node', { metadata: { name: 'web-1' }, spec: {} }],
  ['is created', { metadata: { name: 'web-1' }, spec: { nodeName: 'node' } }],
  ['starts istio-proxy', creating],
  ['waits for its sidecar', pod(status('istio-proxy', running), status('web', waiting('PodInitializing')))],
  ['starts web', pod(status('istio-proxy', running, true), status('web', waiting('PodInitializing')))],
  ['ErrImagePull', pod(status('istio-proxy', running, true), status('web', waiting('ErrImagePull')))],
  ['waits for the probe of web', pod(status('istio-proxy', running, true), status('web', running))],
])('reports that a pod %s', (words, one) => {
  expect(podsWaiting([one, ready('web-2')])).toBe(`1 of 2 pods not ready\n    web-1 ${words}`);
});

test('names at most eight pods', () => {
  const pods = Array.from({ length: 11 }, (_, index) => ({ ...creating, metadata: { name: `web-${index}` } }));
  const lines = podsWaiting(pods).split('\n');
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe('    and 3 more');
});

test('reports nothing where each pod is ready, has ended or is being deleted', () => {
  const deleted = { ...creating, metadata: { name: 'web-0', deletionTimestamp: new Date() } };
  expect(podsWaiting([ready('web-1'), deleted, { metadata: { name: 'job' }, status: { phase: 'Succeeded' } }])).toBe('');
});
