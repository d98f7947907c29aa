import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { processesOf } from '../support/processes-of.ts';
import { disturbed, failedOf, inWords, podsOf, RECOVERY_MS, ready, scaleAll } from './support/disturbing.ts';
import { hostileTexts } from './support/hostile-texts.ts';

const REPLICAS = 2;
/** Pods of each service where each version has two. */
const PODS = { preview: 2 * REPLICAS, web: REPLICAS, core: REPLICAS } as const;
type Service = keyof typeof PODS;
/** The kubelet starts a container that crashed before only after up to 80 s, at the third crash in a row. */
const RESTART_MS = 120_000;

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await scaleAll(target, REPLICAS);
}, 240_000);
afterAll(() => scaleAll(target, 1), 240_000);

/** The programs of a service's pods, by the number of their process: one that was killed is started under another. */
async function programsOf(service: Service): Promise<ReadonlySet<number>> {
  const pods = await podsOf(target, service);
  const programs = await Promise.all(pods.map(({ metadata }) => processesOf(metadata?.uid ?? '', 'node')));
  return new Set(programs.flat());
}

/** Waits until every pod of the service runs its program: for a while after a crash the pod still counts as ready. */
async function running(service: Service): Promise<void> {
  await expect.poll(async () => (await programsOf(service)).size, { timeout: RESTART_MS, interval: 250 }).toBe(PODS[service]);
  await ready(target, service, PODS[service]);
}

const allPrograms = async (): Promise<ReadonlySet<number>> =>
  new Set((await Promise.all((Object.keys(PODS) as Service[]).map(programsOf))).flatMap((programs) => [...programs]));

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${target.gatewayUrl}${path}`, {
    method,
    headers: { 'idempotency-key': crypto.randomUUID(), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });

const document = { title: 'T', body: 'B' };

describe('a request that kills the pod which serves it', () => {
  it.each([
    ['preview', 'GET', '/', undefined],
    ['preview', 'POST', '/api/documents', document],
    ['web', 'GET', '/api/documents', undefined],
    ['web', 'POST', '/api/documents', document],
    ['core', 'GET', '/api/documents', undefined],
    ['core', 'POST', '/api/documents', document],
  ] as const)(
    'kills one of %s and no second one: %s %s is not sent to the next pod, and others are served',
    async (service, method, path, body) => {
      let restartedAt = 0;
      const answers = await disturbed(target, async () => {
        await ready(target, service, PODS[service]);
        const before = await programsOf(service);
        expect(before.size).toBe(PODS[service]);
        const { status } = await send(method, path, body, { 'x-fault': `${service}=crash` });
        restartedAt = performance.now();
        expect(status).toBe(503);
        // What repeats a request does it before it answers: who is to be killed is killed by now.
        const after = await programsOf(service);
        expect([...before].filter((program) => !after.has(program))).toHaveLength(1);
        await running(service);
      });
      const late = failedOf(answers).filter(({ startedAt }) => startedAt > restartedAt + RECOVERY_MS);
      expect(late.map(inWords)).toEqual([]);
      expect(failedOf(answers).length).toBeLessThan(answers.length / 2);
    },
    180_000,
  );
});

describe('a hostile text', () => {
  it.each(Object.keys(hostileTexts))(
    'of %s kills no pod, however often it is read, and others are served meanwhile',
    async (name) => {
      const text = hostileTexts[name]?.() ?? '';
      const before = await allPrograms();
      const created = await send('POST', '/api/documents', { title: name, body: text });
      expect(created.status).toBe(201);
      const { id } = (await created.json()) as { readonly id: string };
      try {
        const views = ['v1', 'v2'].flatMap((version) =>
          Array.from({ length: REPLICAS }, () => send('GET', `/d/${id}`, undefined, { cookie: `version=${version}` })),
        );
        views.push(send('POST', '/render', { body: text }));
        expect((await send('GET', '/api/documents?limit=1')).status).toBe(200);
        await Promise.all(views);
      } finally {
        expect((await send('DELETE', `/api/documents/${id}`)).status).toBe(204); // who lists them would meet it again
      }
      expect(await allPrograms()).toEqual(before);
    },
    60_000,
  );
});
