import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { underLoad } from './steady-load.ts';

const LOAD = { perSecond: 200, atMost: 100 };

it('sends requests for as long as the work takes, and gives each result', async () => {
  const results = await underLoad(LOAD, async (index) => index, async () => pause(100)); // biome-ignore format: one call
  expect(results.length).toBeGreaterThan(5);
  expect(results).toEqual(results.map((_, index) => index));
});

it('a request that fails is thrown at the end, and ends no process before', async () => {
  let sent = 0;
  const send = async (index: number) => {
    sent++;
    if (index === 0) throw new Error('interrupted');
  };
  await expect(underLoad(LOAD, send, async () => pause(100))).rejects.toThrow('interrupted');
  expect(sent).toBeGreaterThan(5);
});

it('throws where more requests wait than may', async () => {
  const load = underLoad({ perSecond: 500, atMost: 3 }, () => pause(300), async () => pause(400)); // biome-ignore format: one call
  await expect(load).rejects.toThrow('3 requests waited for an answer at once');
});
