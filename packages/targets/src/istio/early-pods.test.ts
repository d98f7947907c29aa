import type { Cluster, Pod } from '@mesh-platform/kubernetes';
import { expect, test, vi } from 'vitest';
import { restartEarlyPods } from './early-pods.ts';

const at = (second: number) => new Date(second * 1_000).toISOString();
const condition = (type: string, second: number, status = 'True') => ({ type, status, lastTransitionTime: at(second) });
const plugin = { metadata: { name: 'istio-cni-node-x' }, spec: { nodeName: 'node' }, status: { conditions: [condition('Ready', 100)] } };
const failing = { name: 'istio-validation', restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } };
const passed = { ...failing, state: { terminated: { exitCode: 0 } } };

/** The names of the pods that are deleted. */
async function restarted(pod: object): Promise<readonly unknown[]> {
  const one = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'platform' }, spec: { nodeName: 'node' }, ...pod };
  const cluster = {
    list: vi.fn(async (_version: string, _kind: string, namespace?: string) => (namespace ? [plugin] : [plugin, one]) as unknown as Pod[]),
    delete: vi.fn(async (_object: object) => {}),
  };
  const names = await restartEarlyPods(cluster as unknown as Cluster);
  expect(cluster.delete.mock.calls.map(([object]) => object)).toEqual(names.length > 0 ? [one] : []);
  return names;
}
const status = (validation: object | undefined, network: number, sandbox = 'True') => ({
  status: {
    conditions: [condition('PodReadyToStartContainers', network, sandbox)],
    ...(validation && { initContainerStatuses: [validation] }),
  },
});

test('a pod that got its network before the plugin was ready is restarted', async () => {
  expect(await restarted(status(failing, 99))).toEqual(['Pod platform/web']);
  expect(await restarted(status({ ...failing, state: { waiting: { reason: 'PodInitializing' } } }, 99))).toEqual(['Pod platform/web']);
});

test.each([
  ['that got its network later', status(failing, 101)],
  ['whose validation has passed', status(passed, 99)],
  ['without a network yet', status(failing, 99, 'False')],
  ['outside of the mesh', status(undefined, 99)],
  ['that is being deleted', { ...status(failing, 99), metadata: { name: 'web', deletionTimestamp: at(99) } }],
  ['of a node whose plugin is not ready', { ...status(failing, 99), spec: { nodeName: 'another' } }],
])('a pod %s stays', async (_words, pod) => {
  expect(await restarted(pod)).toEqual([]);
});
