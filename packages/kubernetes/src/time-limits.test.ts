import { expect, test, vi } from 'vitest';
import { PlatformError } from './platform-error.ts';
import { abortAfter, hasTimeoutFactor, timeLimit, timeoutFactor, useTimeoutFactor } from './time-limits.ts';

test.each([
  [undefined, 1],
  ['', 1],
  [' 2.5 ', 2.5],
  ['0.1', 0.1],
  ['100', 100],
])('reads %j as the factor %d', (text, factor) => {
  expect(timeoutFactor({ PLATFORM_TIMEOUT_FACTOR: text })).toBe(factor);
});

test.each(['0', '0.09', '101', '-1', 'three', 'NaN', 'Infinity'])('rejects the factor %j and names the variable', (text) => {
  const read = () => timeoutFactor({ PLATFORM_TIMEOUT_FACTOR: text });
  expect(read).toThrow(PlatformError);
  expect(read).toThrow('PLATFORM_TIMEOUT_FACTOR is invalid: expected a number from 0.1 to 100');
});

test('multiplies a time limit with the factor', () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '1.5');
  expect(timeLimit(2_000)).toBe(3_000);
});

test('aborts a signal after the multiplied time', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '0.1');
  const startedAt = performance.now();
  const signal = abortAfter(2_000);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  expect(performance.now() - startedAt).toBeLessThan(1_500);
});

test('takes a factor over where the environment has none', () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', ' ');
  expect(hasTimeoutFactor()).toBe(false);
  useTimeoutFactor(20);
  expect(hasTimeoutFactor()).toBe(true);
  expect(timeLimit(1_000)).toBe(20_000);
});

test('keeps the factor that the user has set', () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '3');
  useTimeoutFactor(20);
  expect(timeoutFactor()).toBe(3);
});
