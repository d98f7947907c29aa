// A program: one command on a mesh of many services, in a process of its own, whose memory and requests are its only ones.
import { channel } from 'node:diagnostics_channel';
import { apply } from '../../src/apply/apply.ts';
import { type PlannedObject, plan } from '../../src/apply/plan.ts';
import { split } from '../../src/apply/split.ts';
import { connect } from './cluster.ts';
import { type Change, SCALE, scaleTopology } from './scale-topology.ts';

export const operations = ['apply', 'plan', 'change', 'split', 'prune'] as const;
export type Operation = (typeof operations)[number];

/** What one command took. */
export interface Cost {
  readonly seconds: number;
  /** Of these, in which this process computed. */
  readonly cpuSeconds: number;
  readonly requests: number;
  readonly megabytes: number;
  /** Objects by what was planned for them. */
  readonly objects: Readonly<Partial<Record<PlannedObject['action'], number>>>;
  /** Milliseconds until the last proxy had new weights. */
  readonly proxiesMs?: number;
  readonly steps: readonly string[];
}

const changes: Readonly<Record<Operation, Change>> = {
  apply: {},
  plan: {},
  change: { timeout: '4s' },
  split: { timeout: '4s' },
  prune: { timeout: '4s', pruned: true },
};

async function measured(operation: Operation, services: number, image: string): Promise<Cost> {
  let requests = 0;
  channel('undici:request:create').subscribe(() => requests++);
  const steps: string[] = [];
  const progress = {
    step: async <T>(title: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T> => {
      const from = performance.now();
      const result = await work(() => {});
      steps.push(`${title} ${((performance.now() - from) / 1000).toFixed(1)} s`);
      return result;
    },
    print: () => {},
  };
  const startedAt = performance.now();
  const topology = scaleTopology(services, image, changes[operation]);
  const cluster = connect();
  const found = operation === 'split' ? undefined : await plan(cluster, topology.desired);
  steps.push(`render and plan ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if (found && operation !== 'plan') await apply(cluster, topology.desired, { plan: found, progress });
  const render = (weights: ReadonlyMap<string, number>) =>
    scaleTopology(services, image, { ...changes.split, weights: { [topology.split]: Object.fromEntries(weights) } }).desired.objects;
  const result =
    operation === 'split'
      ? await split(cluster, { topology: SCALE, namespace: SCALE, service: topology.split, render }, new Map([['v1', 50], ['v2', 50]])) // biome-ignore format: pairs
      : undefined;
  const { user, system } = process.cpuUsage();
  return {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    requests,
    megabytes: process.resourceUsage().maxRSS / 1024,
    objects: Object.fromEntries(
      [...Map.groupBy(found?.objects ?? [], ({ action }) => action)].map(([action, all]) => [action, all.length]),
    ),
    ...(result ? { proxiesMs: result.milliseconds } : {}),
    steps,
  };
}

const [, program, operation, services, image] = process.argv;
if (program === import.meta.filename) console.log(JSON.stringify(await measured(operation as Operation, Number(services), image ?? '')));
