import type { Progress } from '@mesh-platform/kubernetes';
import { nodeAddress, type RunningTarget, tool } from '@mesh-platform/targets';
import { type LoadRun, type Measured, measure, middleOf } from './load-run.ts';
import type { Overhead } from './overhead-table.ts';
import { costsBetween, type ProxyCost, proxyUsage } from './proxy-cost.ts';
import { applyWithoutMesh, nodePorts, WITH_MESH } from './without-mesh.ts';
import { startPair } from './without-nest.ts';

const RATE = 100;
const CLIENTS = 16;
const WARM_UP_SECONDS = 5;
const PACED_SECONDS = 20;
const SATURATED_SECONDS = 10;
/** Every comparison is made so often, in turns, so that a busy minute meets both sides. */
const ROUNDS = 2;

/** A side of a comparison by its name. */
type Sides<Name extends string> = Readonly<Record<Name, string>>;

/** Measures what the mesh and what NestJS cost, on one node and in one run. Takes about four minutes. */
export async function measureOverhead(target: RunningTarget, instance: string, progress: Progress): Promise<Overhead> {
  const k6 = await tool('k6', progress);
  const address = await nodeAddress(instance);
  await progress.step('the platform without a mesh', () => applyWithoutMesh(target));
  // Both through a port of the node: what brings a request to it is the same.
  const sides = {
    plain: `http://${address.host}:${nodePorts.preview}/api/documents`,
    mesh: `http://${address.host}:${address.gatewayPort}/api/documents`,
  };
  const warm = { seconds: WARM_UP_SECONDS, clients: CLIENTS };
  await progress.step('warm up', () => inTurns(k6, sides, warm, 1));
  const { value: paced, proxies } = await whileWatched(target, () =>
    progress.step(`${RATE} requests/s`, () => inTurns(k6, sides, { seconds: PACED_SECONDS, rate: RATE }, ROUNDS)),
  );
  const saturated = await progress.step('saturated', () => inTurns(k6, sides, { seconds: SATURATED_SECONDS, clients: CLIENTS }, ROUNDS));
  const services = await progress.step('with and without NestJS', () => servicesInTurns(k6, target, address.host));
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
async function whileWatched<T>(target: RunningTarget, work: () => Promise<T>): Promise<{ value: T; proxies: readonly ProxyCost[] }> {
  const usage = (since: number) => proxyUsage(target.cluster, [WITH_MESH, 'istio-system'], since);
  const before = await usage(Date.now());
  const value = await work();
  return { value, proxies: costsBetween(before, await usage(Date.now()), PACED_SECONDS * ROUNDS) };
}

async function servicesInTurns(k6: string, target: RunningTarget, host: string): Promise<Overhead['services']> {
  const database = { host, port: nodePorts.postgres };
  const pairs = await Promise.all([startPair('plain', target, database), startPair('nest', target, database)]);
  try {
    const sides = { plain: pairs[0].documents, nest: pairs[1].documents };
    await inTurns(k6, sides, { seconds: WARM_UP_SECONDS, clients: CLIENTS }, 1);
    return await inTurns(k6, sides, { seconds: SATURATED_SECONDS, clients: CLIENTS }, ROUNDS);
  } finally {
    await Promise.all(pairs.map((pair) => pair.end()));
  }
}
