import { expect, test } from 'vitest';
import { lastRepetitionMs } from './retry-budget.check.ts';

/** Envoy's back-off: before the n-th retry up to (2ⁿ − 1) × 25 ms, never more than 250 ms. */
const pausesOf = (attempts: number): number =>
  Array.from({ length: attempts }, (_, index) => Math.min((2 ** (index + 1) - 1) * 25, 250)).reduce((sum, pause) => sum + pause, 0);

test.each([0, 1, 2, 3, 4, 5, 9])('%i repetitions begin after as many tries and their pauses', (attempts) => {
  expect(lastRepetitionMs(attempts, 600)).toBe(attempts * 600 + pausesOf(attempts));
});

test('another base makes every pause longer', () => {
  expect(lastRepetitionMs(4, 0, 50)).toBe(2 * pausesOf(4));
});
