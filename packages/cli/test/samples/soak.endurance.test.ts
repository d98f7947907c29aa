import { setTimeout as pause } from 'node:timers/promises';
import { GATEWAY } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { proxyUsage } from '../../src/bench/overhead/proxy-cost.ts';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';
import { podsOf } from './support/disturbing.ts';
import { runLoadTest } from './support/load-test.ts';

const MINUTES = 3;
const SAMPLE_MS = 5_000;
const ANSWER_MS = 10_000;
/** Of the second third, in the last one. A request that left 3 KiB behind would take a service beyond it. */
const GROWTH = 1.15;

/** Bytes that are resident, by the pod's service or its proxy. */
type Memory = Readonly<Record<string, number>>;

/** Memory of each service from its /metrics, and of each proxy from the kubelet. */
async function memoryNow(target: RunningTarget): Promise<Memory> {
  const pods = (await Promise.all(['preview', 'web', 'core'].map((service) => podsOf(target, service)))).flat();
  const services = pods.map(async ({ metadata }): Promise<[string, number]> => {
    const name = metadata?.name ?? '';
    const connection = await target.cluster.connect(NAMESPACE, name, 8080);
    try {
      const text = await connection.get('/metrics', AbortSignal.timeout(ANSWER_MS));
      return [name, Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])];
    } finally {
      connection.close();
    }
  });
  const proxies = await proxyUsage(target.cluster, [NAMESPACE, GATEWAY.namespace], 0);
  return Object.fromEntries([
    ...(await Promise.all(services)),
    ...proxies.map(({ pod, memoryBytes }): [string, number] => [`the proxy of ${pod}`, memoryBytes]),
  ]);
}

async function memoryUntil(signal: AbortSignal, target: RunningTarget): Promise<readonly Memory[]> {
  const samples: Memory[] = [];
  while (!signal.aborted) {
    samples.push(await memoryNow(target));
    await pause(SAMPLE_MS, undefined, { signal }).catch(() => {});
  }
  return samples;
}

/** Garbage is no growth: the least that each had. */
const least = (samples: readonly Memory[], name: string): number => Math.min(...samples.map((sample) => sample[name] ?? Number.NaN));

it(
  'minutes of reads and writes fail no request, and no service or proxy grows by a seventh',
  async () => {
    const target = await runningTarget();
    const over = new AbortController();
    const [samples, { status, stdout }] = await Promise.all([
      memoryUntil(over.signal, target),
      runLoadTest('soak', { MINUTES: String(MINUTES) }).finally(() => over.abort()),
    ]);
    expect(status, stdout).toBe(0);
    const third = Math.floor(samples.length / 3);
    expect(third).toBeGreaterThan(3);
    const growth = Object.keys(samples[0] ?? {}).map((name) => ({
      name,
      times: least(samples.slice(-third), name) / least(samples.slice(third, 2 * third), name),
    }));
    for (const { name, times } of growth) console.log(`${name}: ${times.toFixed(2)} times`);
    expect(growth.length).toBeGreaterThan(8);
    expect(growth.filter(({ times }) => !(times <= GROWTH))).toEqual([]);
  },
  2 * MINUTES * 60_000,
);
