import { expect, test } from 'vitest';
import { retriedTests } from './retried.ts';

test('a test that passed at its second attempt is named with the failure of its first', () => {
  const retried = {
    file: 'mesh/test/explain.e2e.test.ts',
    title: 'explain is true of topology 4',
    why: 'expected [] to equal []\nseen 503',
  };
  expect(retriedTests([retried])).toBe(`
passed at the second attempt, after a failure
  mesh/test/explain.e2e.test.ts: explain is true of topology 4
      expected [] to equal []
      seen 503
`);
});

test('nothing is printed where each test passed at once', () => {
  expect(retriedTests([])).toBe('');
});
