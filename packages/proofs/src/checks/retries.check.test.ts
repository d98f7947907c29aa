import { expect, it } from 'vitest';
import { answeredAtLeast } from './retries.check.ts';

it('a proxy that repeats more often must save more requests', () => {
  expect([0, 1, 2, 3].map(answeredAtLeast)).toEqual([6, 16, 23, 28]);
});
