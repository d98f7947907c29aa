import { expect, test } from 'vitest';
import { readingTime } from './reading-time.js';

test.each([
  [0, '1 minute to read'],
  [299, '1 minute to read'],
  [300, '2 minutes to read'],
  [2000, '10 minutes to read'],
])('%i words are %s', (words, message) => {
  expect(readingTime(words)).toBe(message);
});
