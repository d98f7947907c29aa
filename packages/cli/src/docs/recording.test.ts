import { expect, test } from 'vitest';
import { lastScreenSvg, recordingSvg } from './recording-svg.ts';
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
  const lines = [0, 100, 200].map((at) => ({ at, text: `✓ <${at}>` }));
  const style = { columns: 10, rows: 2, title: 'up' };
  expect(recordingSvg(lines, style)).toContain('translateY(-18px)');
  expect(recordingSvg(lines, style)).toContain('class="ok" style="animation-delay:2.6s">✓ &lt;200&gt;</text>');
});

test('the last screen of a recording has its last rows, and no motion', () => {
  const lines = ['a', 'b', 'c'].map((text, at) => ({ at, text }));
  const svg = lastScreenSvg(lines, { columns: 10, rows: 2, title: 'up' });
  expect(svg.match(/<text.*/g)).toEqual(['<text y="13">b</text>', '<text y="31">c</text>']);
  expect(svg).not.toContain('animation');
});

test('a line that is too long goes on below, further to the right and in the same colour', () => {
  const svg = recordingSvg([{ at: 0, text: '  ✓ one two three' }], { columns: 11, rows: 4, title: 'up' });
  expect(svg).toMatch(/class="ok"[^>]*> {2}✓ one two<\/text>\n.* class="ok"[^>]*> {4}three<\/text>/);
});
