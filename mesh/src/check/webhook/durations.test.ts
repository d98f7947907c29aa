import { expect, it } from 'vitest';
import { nanoseconds } from './durations.ts';

it.each([
  ['0', 0n],
  ['1ms', 1_000_000n],
  ['1.5s', 1_500_000_000n],
  ['.5s', 500_000_000n],
  ['1.s', 1_000_000_000n],
  ['1h30m', 5_400_000_000_000n],
  ['1m1h', 3_660_000_000_000n],
  ['-2us', -2_000n],
  ['+3µs', 3_000n],
])('reads %s as Go does', (text, length) => {
  expect(nanoseconds(text)).toBe(length);
});

it.each(['', 's', '1', '1d', '2 seconds', '1e3s', '.s', '1s ', '--1s', '9999999h'])("takes '%s' for no duration", (text) => {
  expect(nanoseconds(text)).toBeUndefined();
});
