import { cpus, loadavg } from 'node:os';
import { timeLimit } from '@mesh-platform/kubernetes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, nodeImage, removeNamespace } from './support/cluster.ts';
import { cost, istiod, proxySize } from './support/scale-measures.ts';
import { type Scale, scaleTable } from './support/scale-table.ts';
import { SCALE, scaleTopology } from './support/scale-topology.ts';

/** Numbers of services; `SCALE=100` for one of them. */
const SIZES = (process.env.SCALE ?? '100,300,1000').split(',').map(Number);
/** Seconds at 1,000 services, on two processors that do nothing else. */
const BOUNDS = { apply: 60, plan: 10, change: 2 } as const;
/** MiB of the process of a command. */
const MEMORY = 600;
const REMOVED_MS = 600_000;
/** Requests that do not depend on the number of services: lists, pods, kinds. */
const REQUESTS = 100;
const SCOPED = 40;

const cluster = connect();
const scales: Scale[] = [];
let image = '';

beforeAll(async () => {
  image = await nodeImage(cluster);
  await removeNamespace(cluster, SCALE, REMOVED_MS);
});
afterAll(() => removeNamespace(cluster, SCALE, REMOVED_MS));

/** A bound in seconds: longer on a machine whose processors do other work too. */
const within = (seconds: number): number => (timeLimit(seconds * 1_000) / 1_000) * Math.max(1, (loadavg()[0] ?? 0) / cpus().length);

test.each(SIZES)(
  '%i services: each command stays within its bounds',
  async (services) => {
    const { desired, calls } = scaleTopology(services, image);
    const before = await istiod(cluster);
    const apply = await cost('apply', services, image);
    const after = await istiod(cluster);
    const plan = await cost('plan', services, image);
    const scoped = await proxySize(cluster, 'service-0', (clusters) => clusters < SCOPED);
    const everything = { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'service-0', namespace: SCALE } };
    await cluster.apply([{ ...everything, spec: { egress: [{ hosts: ['*/*'] }] } } as object], 'kubectl-scale');
    const unscoped = await proxySize(cluster, 'service-0', (clusters) => clusters > services);
    await cost('apply', services, image);
    const change = await cost('change', services, image);
    const split = await cost('split', services, image);
    const prune = await cost('prune', services, image);
    const used = {
      ...after,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      pushes: after.pushes - before.pushes,
      converged: {
        count: after.converged.count - before.converged.count,
        seconds: after.converged.seconds - before.converged.seconds,
      },
    };
    const costs = { apply, plan, change, split, prune };
    scales.push({ services, calls, objects: desired.objects.length, costs, istiod: used, scoped, unscoped });
    for (const [operation, { seconds, steps }] of Object.entries(costs))
      console.log(`${services} services, ${operation} ${seconds.toFixed(1)} s: ${steps.join(', ')}`);
    console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}\n\n${scaleTable(scales)}`);
    await removeNamespace(cluster, SCALE, REMOVED_MS);
    expect(plan.objects).toEqual({ unchanged: desired.objects.length });
    expect(change.objects.update).toBe(1);
    expect(apply.requests).toBeLessThan(desired.objects.length + REQUESTS);
    for (const { requests } of [plan, change, split]) expect(requests).toBeLessThan(REQUESTS);
    const { create = 0, update = 0, delete: deleted = 0 } = prune.objects;
    expect(prune.requests).toBeLessThan(2 * (create + update + deleted) + REQUESTS);
    expect(unscoped.kilobytes).toBeGreaterThan(scoped.kilobytes);
    for (const { megabytes } of Object.values(costs)) expect(megabytes).toBeLessThan(MEMORY);
    for (const [operation, seconds] of Object.entries(BOUNDS))
      expect.soft(costs[operation as keyof typeof BOUNDS].seconds, operation).toBeLessThan(within(seconds));
  },
  1_800_000,
);
