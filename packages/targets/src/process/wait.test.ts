import { afterEach, expect, test, vi } from 'vitest';
import { pauseBetweenLooks, waitFor } from './wait.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('what is there at once is given at once', async () => {
  let looks = 0;
  expect(await waitFor('it', () => ++looks, { timeout: 1_000 })).toBe(1);
});

test('it looks again until there is a value', async () => {
  let looks = 0;
  expect(await waitFor('it', async () => (++looks === 4 ? 'found' : undefined), { timeout: 5_000, every: 1 })).toBe('found');
  expect(looks).toBe(4);
});

test.each([false, 0, '', null])('%j is a value', async (value) => {
  expect(await waitFor('it', () => value, { timeout: 0 })).toBe(value);
});

test('a look that throws is tried again', async () => {
  let looks = 0;
  const look = () => {
    if (++looks < 3) throw new Error('not yet');
    return 'found';
  };
  expect(await waitFor('it', look, { timeout: 5_000, every: 1 })).toBe('found');
});

test('a wait that times out reports its condition, its limit and the reason of the last failure', async () => {
  const cause = new Error('refused');
  const waiting = waitFor('the gateway', () => Promise.reject(cause), { timeout: 20, every: 1 });
  await expect(waiting).rejects.toMatchObject({ message: 'the gateway: not within 0.02 s', cause });
});

test('it looks once even where there is no time', async () => {
  await expect(waitFor('it', () => undefined, { timeout: 0 })).rejects.toThrow('it: not within 0 s');
});

test('waits as many times longer as the factor of this machine', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '3');
  await expect(waitFor('it', () => undefined, { timeout: 20, every: 1 })).rejects.toThrow('it: not within 0.06 s');
});

test('looks less often on a slow machine', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '20');
  const look = vi.fn(() => undefined);
  await expect(waitFor('it', look, { timeout: 20, every: 10 })).rejects.toThrow('it: not within 0.4 s');
  expect(look.mock.calls.length).toBeLessThan(5); // 40 without the factor
});

test.each([
  ['0.1', 50, 50],
  ['1', 50, 50],
  ['20', 50, 1_000],
  ['100', 50, 2_000],
  ['100', 5_000, 5_000],
])('with a factor of %s, a pause of %i ms becomes one of %i ms', (factor, every, expected) => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', factor);
  expect(pauseBetweenLooks(every)).toBe(expected);
});
