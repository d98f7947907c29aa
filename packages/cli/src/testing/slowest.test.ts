import { expect, test } from 'vitest';
import { slowest } from './slowest.ts';

test('prints the thirty slowest tests, the slowest first, and none below a second', () => {
  const times = Array.from({ length: 40 }, (_, index) => ({ file: 'a.e2e.test.ts', title: `takes ${index} s`, ms: index * 1000 }));
  const lines = slowest([{ file: 'b.test.ts', title: 'is fast', ms: 999 }, ...times]).split('\n');
  expect(lines).toHaveLength(31);
  expect(lines[0]).toBe('      39.0 s   a.e2e.test.ts: takes 39 s');
  expect(slowest([{ file: 'b.test.ts', title: 'is fast', ms: 999 }])).toBe('');
});
