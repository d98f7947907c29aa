import { expect, test } from 'vitest';
import { deadlineMs } from './deadline.js';

test.each([
  ['600', 600],
  ['9000', 2000],
  [undefined, 2000],
  ['0', 2000],
  ['soon', 2000],
])('where the caller waits "%s" ms and we 2000, the call may take %i', (expected, ms) => {
  expect(deadlineMs({ 'x-envoy-expected-rq-timeout-ms': expected }, 2000)).toBe(ms);
});
