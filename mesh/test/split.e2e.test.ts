import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { apply } from '../src/apply/apply.ts';
import { type Desired, plan } from '../src/apply/plan.ts';
import { type SplitResult, type SplitService, split as splitWeights } from '../src/apply/split.ts';
import { readWeights } from '../src/apply/weights.ts';
import { applyCommand } from '../src/commands/apply.ts';
import { planCommand } from '../src/commands/plan.ts';
import { connect, deleteNamespace, nodeImage, removeNamespace } from './support/cluster.ts';
import { failuresIn, requests, requestsSince } from './support/requests.ts';
import { smallTopology } from './support/small-topology.ts';

const NAMESPACE = 'mesh-split';
/** Proxies have new weights within 0.5 s on an idle machine; the limit allows for a busy one. */
const LIMIT_MS = 2_500;
vi.setConfig({ testTimeout: 120_000 }); // bounds for a busy machine; each wait inside has its own
const cluster = connect();
let image = '';

const desired = (weights: Readonly<Record<string, number>>): Desired => smallTopology({ namespace: NAMESPACE, image, weights });
const back: SplitService = {
  topology: 'small',
  namespace: NAMESPACE,
  service: 'back',
  render: (weights) => desired(Object.fromEntries(weights)).objects,
};
const split = (...words: string[]): Promise<SplitResult> => splitWeights(cluster, back, readWeights('back', ['v1', 'v2'], words));

beforeAll(async () => {
  await removeNamespace(cluster, NAMESPACE);
  image = await nodeImage(cluster);
  await apply(cluster, desired({ v1: 80, v2: 20 }));
});

afterAll(() => deleteNamespace(cluster, NAMESPACE));

it('changes the weights at the gateway and between services, under 100 requests a second, and loses none', async () => {
  await requestsSince(cluster, NAMESPACE);
  const even = await split('v1=50', 'v2=50');
  const whole = await split('v2=100');
  const shifting = await requestsSince(cluster, NAMESPACE);
  const after = await requests(cluster, NAMESPACE, 200);
  const returned = await split('v1=100', 'v2=0');
  const turning = await requestsSince(cluster, NAMESPACE);
  const last = await requests(cluster, NAMESPACE, 200);
  for (const { milliseconds, proxies, objects } of [even, whole, returned]) {
    console.log(`${proxies.length} proxies held the new weights after ${milliseconds} ms`);
    expect(milliseconds).toBeLessThan(LIMIT_MS);
    expect(proxies.map((pod) => pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, '')).sort()).toEqual(['caller-v1', 'istio-ingressgateway']);
    expect(objects).toEqual([`VirtualService ${NAMESPACE}/back`, `VirtualService ${NAMESPACE}/edge`]);
  }
  expect([shifting, after, turning, last].map(failuresIn)).toEqual([{}, {}, {}, {}]);
  expect([Object.keys(after), Object.keys(last)]).toEqual([['v2'], ['v1']]);
});

it('is a deviation from the file that plan shows and apply reverts', async () => {
  await split('v1=50', 'v2=50');
  const { output, exitCode } = await planCommand(cluster, desired({ v1: 80, v2: 20 }), { detailedExitcode: true });
  expect(output).toContain('drift: split by hand back v1=50 v2=50; the file sets v1=80 v2=20');
  expect(output).toContain('spec.http[back].route[0].weight: 50 → 80');
  expect(exitCode).toBe(3);
  const applied = await applyCommand(cluster, desired({ v1: 80, v2: 20 }));
  expect(applied).toMatchObject({ exitCode: 0, output: expect.stringContaining('the weights are those of the file again') });
  expect((await plan(cluster, desired({ v1: 80, v2: 20 }))).objects.filter(({ action }) => action !== 'unchanged')).toEqual([]);
});

it('is no deviation where it goes back to the weights of the file', async () => {
  await split('v1=50', 'v2=50');
  await split('v1=80', 'v2=20');
  const { output, exitCode } = await planCommand(cluster, desired({ v1: 80, v2: 20 }), { detailedExitcode: true });
  expect(output).toMatch(/^the cluster matches the topology small: \d+ objects\n$/);
  expect(exitCode).toBe(0);
});

it('gives nothing to a version without a ready pod', async () => {
  const announced = readWeights('back', ['v1', 'v2', 'v3'], ['v1=90', 'v3=10']);
  await expect(splitWeights(cluster, back, announced)).rejects.toThrow('back v3 has no ready pod: 10 % of the requests would fail');
});

it('does not bring along what else the file changed since', async () => {
  const edited = smallTopology({ namespace: NAMESPACE, image, weights: { v1: 50, v2: 50 }, timeout: '4s' });
  const even = readWeights('back', ['v1', 'v2'], ['v1=50', 'v2=50']);
  await expect(splitWeights(cluster, { ...back, render: () => edited.objects }, even)).rejects.toThrow(
    /differs from the file in more than its weights: spec\.http\[pinned\]\.timeout/,
  );
});
