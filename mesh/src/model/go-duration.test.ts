import { expect, test } from 'vitest';
import { describeMilliseconds, goDuration } from './go-duration.ts';

test.each([
  ['600ms', 600],
  ['1.5s', 1_500],
  ['.5m', 30_000],
  ['1h10m', 4_200_000],
  ['0h0m59.5s', 59_500],
  ['250us', 0.25],
  ['0', 0],
  ['+2s', 2_000],
])('%s is %d ms', (text, milliseconds) => {
  expect(goDuration(text)).toBeCloseTo(milliseconds);
});

test.each(['', '2', '2 seconds', '2s ', 's', '-2s', '2d', '1s2'])("'%s' is no duration", (text) => {
  expect(goDuration(text)).toBeUndefined();
});

test('people read seconds from one second up', () => {
  expect([describeMilliseconds(600), describeMilliseconds(2_100), describeMilliseconds(59_500)]).toEqual(['600 ms', '2.1 s', '59.5 s']);
});
