import { expect, test } from 'vitest';
import { recordingSvg } from './recording-svg.ts';
import { screenOf } from './terminal-screen.ts';

const UP = '\u001b[1A\u001b[J';

test('progress that was drawn again stays once, with the time of its last text', () => {
  const chunks = [
    { at: 0, text: '$ up\n… a (0.1 s)\r\n' },
    { at: 1, text: `${UP}… a (0.3 s)\r\n` },
    { at: 2, text: `${UP}✓ a (0.4 s)\r\n\u001b[32mgreen\u001b[0m\r\n` },
  ];
  expect(screenOf(chunks)).toEqual([
    { text: '$ up', at: 0 },
    { text: '✓ a (0.4 s)', at: 2 },
    { text: 'green', at: 2 },
  ]);
});

test('a return writes over the line, and an erased line is empty', () => {
  expect(screenOf([{ at: 0, text: 'abc\rx\u001b[K\nlast' }]).map(({ text }) => text)).toEqual(['x', 'last']);
});

test('a recording scrolls beyond its rows, shortens pauses and escapes its text', () => {
  const svg = recordingSvg(
    [0, 100, 200].map((at) => ({ at, text: `✓ <${at}>` })),
    { columns: 10, rows: 2, title: 'up' },
  );
  expect(svg).toContain('translateY(-18px)');
  expect(svg).toContain('class="ok" style="animation-delay:1.2s">✓ &lt;200&gt;</text>');
});

test('a recording runs nothing and loads nothing', () => {
  const svg = recordingSvg([{ at: 0, text: '$ ./platform up <script>' }], { columns: 30, rows: 2, title: 'up' });
  expect(svg).not.toMatch(/<script|href=|\bon\w+=|url\(/);
});
