import type { RunningTarget } from '@mesh-platform/targets';
import { expect } from 'vitest';
import { processesOf } from '../../support/processes-of.ts';
import { disturbed, failedOf, inWords, podsOf, RECOVERY_MS, ready } from './disturbing.ts';

export const REPLICAS = 2;
/** Pods of each service where each version has two. */
const PODS = { preview: 2 * REPLICAS, web: REPLICAS, core: REPLICAS } as const;
export type Service = keyof typeof PODS;
/** The kubelet starts a container that crashed before only after up to 80 s, at the third crash in a row. */
const RESTART_MS = 120_000;

/** The programs of a service's pods, by the number of their process: one that was killed is started under another. */
async function programsOf(target: RunningTarget, service: Service): Promise<ReadonlySet<number>> {
  const pods = await podsOf(target, service);
  const programs = await Promise.all(pods.map(({ metadata }) => processesOf(metadata?.uid ?? '', 'node')));
  return new Set(programs.flat());
}

/** Waits until every pod of the service runs its program: for a while after a crash the pod still counts as ready. */
async function running(target: RunningTarget, service: Service): Promise<void> {
  await expect.poll(async () => (await programsOf(target, service)).size, { timeout: RESTART_MS, interval: 250 }).toBe(PODS[service]);
  await ready(target, service, PODS[service]);
}

export const allPrograms = async (target: RunningTarget): Promise<ReadonlySet<number>> =>
  new Set((await Promise.all((Object.keys(PODS) as Service[]).map((one) => programsOf(target, one)))).flatMap((programs) => [...programs]));

export const send = (target: RunningTarget, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${target.gatewayUrl}${path}`, {
    method,
    headers: { 'idempotency-key': crypto.randomUUID(), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });

/** A request that ends the process which serves it: no proxy sends it to a second pod, and five seconds later others are served. */
export async function killsOneAndNoSecond(target: RunningTarget, service: Service, method: 'GET' | 'POST', path: string): Promise<void> {
  let restartedAt = 0;
  const answers = await disturbed(target, async () => {
    await ready(target, service, PODS[service]);
    const before = await programsOf(target, service);
    expect(before.size).toBe(PODS[service]);
    const body = method === 'POST' ? { title: 'T', body: 'B' } : undefined;
    const { status } = await send(target, method, path, body, { 'x-fault': `${service}=crash` });
    restartedAt = performance.now();
    expect(status).toBe(503);
    // What repeats a request does it before it answers: who is to be killed is killed by now.
    const after = await programsOf(target, service);
    expect([...before].filter((program) => !after.has(program))).toHaveLength(1);
    await running(target, service);
  });
  const late = failedOf(answers).filter(({ startedAt }) => startedAt > restartedAt + RECOVERY_MS);
  expect(late.map(inWords)).toEqual([]);
  expect(failedOf(answers).length).toBeLessThan(answers.length / 2);
}
