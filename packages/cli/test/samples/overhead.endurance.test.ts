import { silent } from '@mesh-platform/kubernetes';
import { waitFor } from '@mesh-platform/targets';
import { afterAll, expect, it } from 'vitest';
import { measureOverhead } from '../../src/bench/overhead/bench.ts';
import { GOALS, overheadTables } from '../../src/bench/overhead/overhead-table.ts';
import { instanceName, runningTarget } from '../support/platform.ts';

/** A minute of it: figures of a busy machine are coarse, and so are the bounds. */
const SHORT = { warmUp: 3, paced: 6, saturated: 4, rounds: 1 };

const copy = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh-without' } };
afterAll(async () => {
  const { cluster } = await runningTarget();
  await cluster.delete(copy);
  await waitFor('the end of the copy', async () => ((await cluster.read(copy)) ? undefined : true), { timeout: 120_000, every: 500 });
}, 150_000);

it('the mesh and NestJS cost no more than a machine with other work explains, and each proxy has its price', async () => {
  const measured = await measureOverhead(await runningTarget(), instanceName(), silent, SHORT);
  console.log(overheadTables(measured));
  const { paced, services, proxies } = measured;
  expect(paced.mesh.p50 / paced.plain.p50).toBeLessThan(GOALS.meshMedian * GOALS.coarse);
  expect(services.nest.perSecond / services.plain.perSecond).toBeGreaterThan(GOALS.nestThroughput / GOALS.coarse);
  expect(proxies.length).toBeGreaterThanOrEqual(6);
  for (const { cores, mebibytes } of proxies) expect(Math.min(cores, mebibytes)).toBeGreaterThan(0);
}, 600_000);
