import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { allPrograms, killsOneAndNoSecond, REPLICAS, send } from './support/crashing.ts';
import { scaleAll } from './support/disturbing.ts';
import { hostileTexts } from './support/hostile-texts.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await scaleAll(target, REPLICAS);
}, 240_000);
afterAll(() => scaleAll(target, 1), 240_000);

// The other pairs of service and method run in endurance.
describe('a request that kills the pod which serves it', () => {
  it.each([
    ['preview', 'GET', '/'],
    ['web', 'POST', '/api/documents'],
    ['core', 'POST', '/api/documents'],
  ] as const)(
    'kills one of %s and no second one: %s %s is not sent to the next pod, and others are served',
    (service, method, path) => killsOneAndNoSecond(target, service, method, path),
    180_000,
  );
});

describe('a hostile text', () => {
  it.each(Object.keys(hostileTexts))(
    'of %s kills no pod, however often it is read, and others are served meanwhile',
    async (name) => {
      const text = hostileTexts[name]?.() ?? '';
      const before = await allPrograms(target);
      const created = await send(target, 'POST', '/api/documents', { title: name, body: text });
      expect(created.status).toBe(201);
      const { id } = (await created.json()) as { readonly id: string };
      try {
        const views = ['v1', 'v2'].flatMap((version) =>
          Array.from({ length: REPLICAS }, () => send(target, 'GET', `/d/${id}`, undefined, { cookie: `version=${version}` })),
        );
        views.push(send(target, 'POST', '/render', { body: text }));
        expect((await send(target, 'GET', '/api/documents?limit=1')).status).toBe(200);
        await Promise.all(views);
      } finally {
        expect((await send(target, 'DELETE', `/api/documents/${id}`)).status).toBe(204); // who lists them would meet it again
      }
      expect(await allPrograms(target)).toEqual(before);
    },
    60_000,
  );
});
