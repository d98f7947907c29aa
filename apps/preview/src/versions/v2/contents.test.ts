import { expect, test } from 'vitest';
import { Html } from '../../html/html.js';
import { contents } from './contents.js';

const headings = (count: number, level = 3) =>
  Array.from({ length: count }, (_, index) => ({ id: `section-${index + 1}`, level, text: `h${index}` }));
const markup = (listed: number, headingCount = listed) =>
  String(contents({ html: new Html(''), headings: headings(listed), headingCount, words: 0 }));

test('starts at the margin with the highest level that there is', () => {
  expect(markup(2)).toContain('<li class="depth-0"><a href="#section-1">h0</a></li>');
});

test.each([
  [200, undefined],
  [201, 'and 1 more heading<'],
  [20_000, 'and 19800 more headings<'],
])('of %i headings counts those that it does not list', (count, words) => {
  const text = markup(Math.min(count, 200), count);
  expect(text.match(/<a /g)).toHaveLength(Math.min(count, 200));
  if (words) expect(text).toContain(words);
  else expect(text).not.toContain('more heading');
});

test('is not there without headings', () => {
  expect(markup(0)).toBe('false');
});
