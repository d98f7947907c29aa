import { type KubernetesObject, rolledOut } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import { beforeAll, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { memoryOf } from './support/memory.ts';

const WEIGHT_CHANGES = 200;
const RESTARTS = 20;
const WARM_UP = { changes: 40, restarts: 4 } as const;
const GROWTH = 1.1;
const WORKLOADS = ['preview-v1', 'preview-v2', 'web-v1', 'core-v1'] as const;

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
});

/** Changes the weights and waits until the traffic shows it: all of it goes where the weight is 100. */
async function split(v1: number): Promise<void> {
  const { status, stderr } = await platform(['--instance', instanceName(), 'mesh', 'split', 'preview', `v1=${v1}`, `v2=${100 - v1}`]);
  expect([status, stderr]).toEqual([0, '']);
  const wanted = v1 === 100 ? 'preview/v1' : v1 === 0 ? 'preview/v2' : undefined;
  if (!wanted) return;
  const servedBy = async () => {
    const answers = await Promise.all([0, 1, 2, 3].map(() => fetch(`${target.gatewayUrl}/`, { signal: AbortSignal.timeout(10_000) })));
    return [
      ...new Set(await Promise.all(answers.map(async (answer) => (await answer.arrayBuffer()) && answer.headers.get('x-served-by')))),
    ];
  };
  await expect.poll(servedBy, { timeout: 20_000, interval: 20 }).toEqual([wanted]);
}

async function restart(number: number): Promise<void> {
  const at = `${number} ${Date.now()}`;
  const annotated = WORKLOADS.map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { template: { metadata: { annotations: { 'mesh-platform/restarted-at': at } } } },
  })) as KubernetesObject[];
  await target.cluster.apply(annotated, 'endurance');
  await rolledOut(
    target.cluster,
    NAMESPACE,
    WORKLOADS.map((name) => ({ kind: 'Deployment', name })),
    180_000,
  );
}

it(
  '200 weight changes and 20 rolling restarts let the memory of node, istiod and gateway grow by a tenth at most',
  async () => {
    for (let change = 0; change < WARM_UP.changes; change++) await split([100, 0, 50][change % 3] ?? 50);
    for (let number = 0; number < WARM_UP.restarts; number++) await restart(number);
    const before = await memoryOf(instanceName(), target.cluster);
    for (let change = 0; change < WEIGHT_CHANGES; change++) await split([100, 0, 50][change % 3] ?? 50);
    for (let number = 0; number < RESTARTS; number++) await restart(number);
    // Garbage is no growth: the collectors of Go run every two minutes at the latest.
    const grown = async () => {
      const after = await memoryOf(instanceName(), target.cluster);
      return Object.entries(after).map(([name, bytes]) => ({ name, times: bytes / before[name as keyof typeof before] }));
    };
    const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
    const after = await memoryOf(instanceName(), target.cluster);
    for (const [name, bytes] of Object.entries(before))
      console.log(`${name}: ${mebibytes(bytes)}, then ${mebibytes(after[name as keyof typeof after])}`);
    await expect
      .poll(async () => (await grown()).filter(({ times }) => !(times <= GROWTH)), { timeout: 240_000, interval: 5_000 })
      .toEqual([]);
    expect((await platform(['up', '--instance', instanceName()])).status).toBe(0);
  },
  45 * 60_000,
);
