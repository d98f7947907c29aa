import { expect, test, vi } from 'vitest';
import { inParallel } from './parallel.ts';

test('results come in the order of the items, whichever ends first', async () => {
  const ends: (() => void)[] = [];
  const all = inParallel([1, 2, 3], (item) => new Promise<number>((resolve) => ends.push(() => resolve(item * 10))));
  for (const end of ends.toReversed()) end();
  expect(await all).toEqual([10, 20, 30]);
});

test.each([
  ['', 8],
  ['4', 2],
  ['0.5', 8],
])('works on as many items at once as a machine with the factor %j can take: %d', async (factor, expected) => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', factor);
  let [running, most] = [0, 0];
  await inParallel(Array.from({ length: 30 }), async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  });
  expect(most).toBe(expected);
});

test('after a failure nothing more is begun, and what has begun ends first', async () => {
  const begun: number[] = [];
  let ended = 0;
  const all = inParallel([...Array.from({ length: 30 }).keys()], async (item) => {
    begun.push(item);
    await Promise.resolve();
    ended++;
    if (item === 0) throw new Error('the first');
    await new Promise((resolve) => setImmediate(resolve));
  });
  await expect(all).rejects.toThrow('the first');
  expect(begun.length).toBeLessThan(30);
  expect(ended).toBe(begun.length);
});
