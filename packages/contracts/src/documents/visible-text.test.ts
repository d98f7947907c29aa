import { expect, test } from 'vitest';
import { hasVisibleCharacter, newDocumentSchema } from './document.contract.js';

/** Ranges of characters without a picture, first and last, each from its own chart of Unicode. */
const INVISIBLE: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'controls and space': [
    [0x01, 0x20],
    [0x7f, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
  ],
  'zero-width characters': [
    [0xad, 0xad],
    [0x034f, 0x034f],
    [0x180e, 0x180e],
    [0x200b, 0x200d],
    [0x2060, 0x2064],
    [0xfeff, 0xfeff],
  ],
  'direction marks, overrides and isolates': [
    [0x061c, 0x061c],
    [0x200e, 0x200f],
    [0x202a, 0x202e],
    [0x2066, 0x206f],
  ],
  'Hangul fillers': [
    [0x115f, 0x1160],
    [0x3164, 0x3164],
    [0xffa0, 0xffa0],
  ],
  'Khmer inherent vowels': [[0x17b4, 0x17b5]],
  'variation selectors': [
    [0x180b, 0x180d],
    [0x180f, 0x180f],
    [0xfe00, 0xfe0f],
    [0xe0100, 0xe01ef],
  ],
  tags: [
    [0xe0001, 0xe0001],
    [0xe0020, 0xe007f],
  ],
  'annotation marks': [[0xfff9, 0xfffb]],
  'the blank Braille pattern': [[0x2800, 0x2800]],
  'musical controls': [
    [0x1d159, 0x1d159],
    [0x1d173, 0x1d17a],
  ],
  'shorthand controls': [[0x1bca0, 0x1bca3]],
};

const charactersOf = (ranges: readonly (readonly [number, number])[]) =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)));
const all = charactersOf(Object.values(INVISIBLE).flat());
const accepts = (title: string) => newDocumentSchema.safeParse({ title, body: '' }).success;

test.each(Object.keys(INVISIBLE))('refuses a title of nothing but %s', (name) => {
  for (const character of charactersOf(INVISIBLE[name] ?? [])) {
    const code = character.codePointAt(0)?.toString(16);
    expect(hasVisibleCharacter(character.repeat(3)), code).toBe(false);
    expect(accepts(character.repeat(3)), code).toBe(false);
  }
});

test('refuses any mix of them, and accepts it with one visible character anywhere', () => {
  let seed = 14;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let run = 0; run < 2_000; run++) {
    const mix = Array.from({ length: 1 + random(20) }, () => all[random(all.length)] ?? '');
    expect(accepts(mix.join('')), JSON.stringify(mix)).toBe(false);
    mix.splice(random(mix.length + 1), 0, ['a', '0', '.', 'ß', 'क', '漢', '한', 'א', '😀', '\u0301', '⠁'][random(11)] ?? '');
    expect(accepts(mix.join('')), JSON.stringify(mix)).toBe(true);
  }
});

test.each(['a', '-', '한글', 'שלום', '👩‍👩‍👧', '❤️', '\u202eabc', '؀', '⠿', 'é'])('accepts %s', (title) => {
  expect(accepts(title)).toBe(true);
});

test('reports a visible character as missing from an invisible title', () => {
  const messages = (title: string) => newDocumentSchema.safeParse({ title, body: '' }).error?.issues.map(({ message }) => message);
  expect(messages('\u200b')).toEqual(['must have a visible character']);
  expect(messages(' ')).toEqual(['must not be empty']);
});
