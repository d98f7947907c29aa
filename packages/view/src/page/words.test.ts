import { expect, it } from 'vitest';
import { percent, visible, within } from './words.ts';

it('writes out what a text of a log would hide or turn around', () => {
  expect(visible('a\u001b[31mred\u0000\u202Egpj.exe\u200b')).toBe('a\\u001b[31mred\\u0000\\u202egpj.exe\\u200b');
  expect(visible('<img src=x onerror=alert(1)> ümläut 🙂')).toBe('<img src=x onerror=alert(1)> ümläut 🙂');
});

it('shows a dash for what is not known', () => {
  expect([percent(0, 0), within(undefined)]).toEqual(['–', '–']);
  expect([percent(1, 3), within(1000)]).toEqual(['33.3 %', '≤ 1,000 ms']);
});
