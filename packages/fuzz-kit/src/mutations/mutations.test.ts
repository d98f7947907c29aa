import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mutatedBytes, mutatedText } from './text.js';
import { mutatedValue } from './value.js';

const sampled = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.sample(arbitrary, { numRuns: 1_000, seed: 1 });

test('texts are the corpus as it is, and changed in many ways within the bound', () => {
  const texts = sampled(mutatedText({ corpus: ['hello', 'world'], tokens: ['TOKEN'], maxLength: 100 }));
  for (const text of ['hello', 'world']) expect(texts.includes(text), text).toBe(true);
  expect(texts.some((text) => text.includes('TOKEN'))).toBe(true);
  expect(texts.some((text) => text.startsWith('he') && text.endsWith('ld'))).toBe(true);
  expect(new Set(texts).size).toBeGreaterThan(500);
  expect(Math.max(...texts.map(({ length }) => length))).toBe(100);
}, 60_000);

test('bytes are changed as bytes', () => {
  const all = sampled(mutatedBytes({ corpus: [Buffer.of(0xff, 0x00, 0x80)], tokens: [Buffer.of(0xc3)] }));
  expect(all.some((bytes) => bytes.includes(0xc3))).toBe(true);
  expect(all.some((bytes) => bytes.equals(Buffer.of(0xff, 0x00, 0x80)))).toBe(true);
});

test('values are replaced, removed, renamed and wrapped, and the corpus stays as it was', () => {
  const corpus = [{ a: { b: [1, 2] }, c: 'text' }];
  const before = JSON.stringify(corpus);
  const texts = sampled(mutatedValue({ corpus, junk: ['JUNK'], plain: true })).map((value) => JSON.stringify(value) ?? '');
  for (const part of ['JUNK', '"__proto__":', '[[{', before.slice(1, -1)])
    expect(
      texts.some((text) => text.includes(part)),
      part,
    ).toBe(true);
  expect(texts.some((text) => text.startsWith('{') && !text.includes('"c":'))).toBe(true);
  expect(JSON.stringify(corpus)).toBe(before);
});
