import { expect, test } from 'vitest';
import { Readiness } from './readiness.js';

test('a service without checks is ready', async () => {
  expect(await new Readiness().report()).toEqual({ ready: true, checks: { draining: 'ok' } });
});

test('one failing check makes it unready and is named', async () => {
  const readiness = new Readiness();
  readiness.register('cache', async () => {});
  readiness.register('database', () => Promise.reject(new Error('no')));
  expect(await readiness.report()).toEqual({ ready: false, checks: { cache: 'ok', database: 'failed', draining: 'ok' } });
});

test('a check that throws before it returns a promise fails', async () => {
  const readiness = new Readiness();
  readiness.register('database', () => {
    throw new Error('no');
  });
  expect((await readiness.report()).ready).toBe(false);
});

test('a check that hangs fails within its bound', async () => {
  const readiness = new Readiness();
  readiness.register('database', () => new Promise(() => {}));
  const startedAt = performance.now();
  expect((await readiness.report()).checks.database).toBe('failed');
  expect(performance.now() - startedAt).toBeLessThan(3000);
});

test('a draining service is not ready even where every check passes', async () => {
  const readiness = new Readiness();
  readiness.register('database', async () => {});
  readiness.startDraining();
  expect(await readiness.report()).toEqual({ ready: false, checks: { database: 'ok', draining: 'failed' } });
});
