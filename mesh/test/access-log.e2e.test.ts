import { podLog } from '@mesh-platform/kubernetes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apply } from '../src/apply/apply.ts';
import type { Desired } from '../src/apply/plan.ts';
import { accessLogTelemetry } from '../src/render/access-log.ts';
import type { LoggedSuccesses } from '../src/topology/environment.ts';
import { connect, deleteNamespace, nodeImage, podOf, removeNamespace } from './support/cluster.ts';
import { askCaller, requests, requestsSince, total } from './support/requests.ts';
import { smallTopology } from './support/small-topology.ts';

const NAMESPACE = 'mesh-access-log';
const cluster = connect();
let small: Desired;

interface Line {
  readonly status: number;
  readonly request_id: string;
}

const applied = (successes: LoggedSuccesses) =>
  apply(cluster, { ...small, objects: [...small.objects, accessLogTelemetry({ namespace: NAMESPACE }, successes)] });

/** The lines of a sidecar about requests that began since then. Envoy writes them once a second. */
async function linesSince(app: string, since: number): Promise<readonly Line[]> {
  const source = { namespace: NAMESPACE, pod: await podOf(cluster, NAMESPACE, app), container: 'istio-proxy' };
  const text = await podLog(cluster, source, { sinceTime: new Date(since - 1_000).toISOString() });
  const lines = text.split('\n').filter((line) => line.startsWith('{"') && line.includes('"request_id"'));
  return lines.map((line) => JSON.parse(line) as Line & { time: string }).filter(({ time }) => Date.parse(time) >= since);
}

beforeAll(async () => {
  await removeNamespace(cluster, NAMESPACE);
  small = smallTopology({ namespace: NAMESPACE, image: await nodeImage(cluster), weights: { v1: 100 }, onlyRoot: true });
  await applied('none');
});

afterAll(() => deleteNamespace(cluster, NAMESPACE));

it('proxies that log no success log every failure', async () => {
  const since = Date.now();
  await requestsSince(cluster, NAMESPACE);
  const { v1: succeeded } = await requests(cluster, NAMESPACE, 200);
  expect(succeeded).toBeGreaterThan(150);
  expect(await askCaller(cluster, NAMESPACE, 'caller', '/parallel')).toEqual(Array(12).fill(403));
  for (const app of ['back', 'caller']) {
    const statuses = async () => (await linesSince(app, since)).map(({ status }) => status);
    await expect.poll(async () => (await statuses()).filter((status) => status === 403), { timeout: 10_000 }).toHaveLength(12);
    expect((await statuses()).filter((status) => status >= 200 && status < 400)).toEqual([]);
  }
});

it('a sample of successes has the same requests at both ends', async () => {
  await applied('1/16');
  const since = Date.now() + 500; // connections of before are drained within a second
  await requestsSince(cluster, NAMESPACE);
  const sent = total(await requests(cluster, NAMESPACE, 600));
  const [called, arrived] = await Promise.all(
    ['caller', 'back'].map(async (app) => {
      await expect.poll(async () => (await linesSince(app, since)).length, { timeout: 10_000 }).toBeGreaterThan(0);
      return linesSince(app, since);
    }),
  );
  // 600 × 1/16 = 37.5 ± 6: outside of six deviations only once in a billion runs
  expect(arrived?.length).toBeGreaterThan(0);
  expect(arrived?.length).toBeLessThan(sent / 16 + 40);
  const ids = (lines: readonly Line[] = []) => lines.map(({ request_id }) => request_id);
  expect(ids(arrived).every((id) => id.startsWith('0'))).toBe(true);
  const both = ids(called).filter((id) => ids(arrived).includes(id));
  expect(both.length).toBeGreaterThanOrEqual(ids(called).length - 2); // one may be under way at each end of the time
});
