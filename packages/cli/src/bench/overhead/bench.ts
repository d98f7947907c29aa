import { GATEWAY, type Progress } from '@mesh-platform/kubernetes';
import { nodeAddress, type RunningTarget, tool } from '@mesh-platform/targets';
import { type Bench, INSTANCE, onItsOwnRunning } from '../bench.ts';
import { answers, type LoadRun, type Measured, measure, middleOf } from './load-run.ts';
import { type Overhead, overheadTables } from './overhead-table.ts';
import { costsBetween, type ProxyCost, proxyUsage } from './proxy-cost.ts';
import { applyWithoutMesh, nodePorts, WITH_MESH } from './without-mesh.ts';
import { startPair } from './without-nest.ts';

/** The overhead of the mesh, and of NestJS. */
export const bench: Bench = (context) =>
  onItsOwnRunning(context, async (running) => overheadTables(await measureOverhead(running, INSTANCE, context.progress)));

const RATE = 100;
const CLIENTS = 16;

/** How long each side is measured, in seconds. */
export interface Effort {
  readonly warmUp: number;
  readonly paced: number;
  readonly saturated: number;
  /** Every comparison is made so often, in turns, so that a busy minute meets both sides. */
  readonly rounds: number;
}
const FULL: Effort = { warmUp: 8, paced: 20, saturated: 10, rounds: 2 };

/** A side of a comparison by its name. */
type Sides<Name extends string> = Readonly<Record<Name, string>>;

/** Measures the overhead of the mesh and of NestJS, on one node and in one run. Takes about four minutes. */
export async function measureOverhead(
  target: RunningTarget,
  instance: string,
  progress: Progress,
  effort: Effort = FULL,
): Promise<Overhead> {
  const k6 = await tool('k6', progress);
  const address = await nodeAddress(instance);
  // Both through a port of the node: requests reach it on the same path.
  const sides = {
    plain: `http://${address.host}:${nodePorts.preview}/api/documents`,
    mesh: `http://${address.host}:${address.gatewayPort}/api/documents`,
  };
  await progress.step('the platform without a mesh', async () => {
    await applyWithoutMesh(target);
    await Promise.all(Object.values(sides).map(answers));
  });
  const { rounds } = effort;
  const warm = { seconds: effort.warmUp, clients: CLIENTS };
  const full = { seconds: effort.saturated, clients: CLIENTS };
  await progress.step('warm up', () => inTurns(k6, sides, warm, 1));
  const { value: paced, proxies } = await whileWatched(target, effort.paced * rounds, () =>
    progress.step(`${RATE} requests/s`, () => inTurns(k6, sides, { seconds: effort.paced, rate: RATE }, rounds)),
  );
  const saturated = await progress.step('saturated', () => inTurns(k6, sides, full, rounds));
  const services = await progress.step('with and without NestJS', () =>
    withPairs(target, address.host, async (pairs) => {
      await inTurns(k6, pairs, warm, 1);
      return inTurns(k6, pairs, full, rounds);
    }),
  );
  return { rate: RATE, paced, saturated, proxies, services };
}

async function inTurns<Name extends string>(
  k6: string,
  sides: Sides<Name>,
  load: Omit<LoadRun, 'documents'>,
  rounds: number,
): Promise<Readonly<Record<Name, Measured>>> {
  const runs = Object.entries<string>(sides).map(([name, documents]) => ({ name, documents, measured: [] as Measured[] }));
  for (let round = 0; round < rounds; round++)
    for (const { documents, measured } of round % 2 === 0 ? runs : runs.toReversed())
      measured.push(await measure(k6, { documents, ...load }));
  return Object.fromEntries(runs.map(({ name, measured }) => [name, middleOf(measured)])) as Record<Name, Measured>;
}

/** Work, and what the proxies of the mesh spent on it. They idle in the turns of the other side, which costs next to nothing. */
async function whileWatched<T>(
  target: RunningTarget,
  seconds: number,
  work: () => Promise<T>,
): Promise<{ value: T; proxies: readonly ProxyCost[] }> {
  const usage = (since: number) => proxyUsage(target.cluster, [WITH_MESH, GATEWAY.namespace], since);
  const before = await usage(Date.now());
  const value = await work();
  return { value, proxies: costsBetween(before, await usage(Date.now()), seconds) };
}

/** Both pairs run all the time and share the database; only one gets load at a time. */
async function withPairs<T>(target: RunningTarget, host: string, work: (sides: Sides<'plain' | 'nest'>) => Promise<T>): Promise<T> {
  const database = { host, port: nodePorts.postgres };
  const plain = await startPair('plain', target, database);
  try {
    const nest = await startPair('nest', target, database);
    return await work({ plain: plain.documents, nest: nest.documents }).finally(nest.end);
  } finally {
    await plain.end();
  }
}
