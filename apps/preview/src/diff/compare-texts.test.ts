import { expect, test } from 'vitest';
import { bothTexts, compareTexts } from './compare-texts.js';

test('distinguishes lines of both texts from lines of one', () => {
  expect(compareTexts('a\nb\nc', 'a\nB\nc\nd')).toEqual([
    { in: 'both', lines: ['a'] },
    { in: 'theirs', lines: ['b'] },
    { in: 'mine', lines: ['B'] },
    { in: 'both', lines: ['c'] },
    { in: 'mine', lines: ['d'] },
  ]);
});

test('the way in which lines end is no difference', () => {
  expect(compareTexts('a\r\nb\rc', 'a\nb\nc')).toEqual([{ in: 'both', lines: ['a', 'b', 'c'] }]);
});

test('both texts together lose no line', () => {
  expect(bothTexts(compareTexts('a\nb\nc', 'a\nB\nc\nd'))).toBe('a\nb\nB\nc\nd');
});

test('large texts that share nothing are shown one after the other, soon', () => {
  const text = (name: string) => Array.from({ length: 40_000 }, (_, line) => `${name}${line}`).join('\n');
  const startedAt = performance.now();
  expect(compareTexts(text('a'), text('b')).map((run) => [run.in, run.lines.length])).toEqual([
    ['theirs', 40_000],
    ['mine', 40_000],
  ]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
