import { describe, expect, test } from 'vitest';
import { JsonTooDeep, parseJson } from './bounded-json.js';

const arrays = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const mixed = (levels: number) => {
  const pairs = Math.floor(levels / 2);
  return `${'[{"a":'.repeat(pairs)}${levels % 2 ? '[]' : '1'}${'}]'.repeat(pairs)}`;
};

describe.each([
  ['arrays', arrays],
  ['objects', objects],
  ['arrays and objects', mixed],
])('JSON of nested %s', (_what, nested) => {
  test.each([10, 64])('is parsed at %i levels', (levels) => {
    expect(parseJson(nested(levels))).toEqual(JSON.parse(nested(levels)));
  });

  test.each([65, 100_000])('is refused at %i levels with the limit', (levels) => {
    expect(() => parseJson(nested(levels))).toThrow(JsonTooDeep);
    expect(() => parseJson(nested(levels))).toThrow('the JSON is nested too deeply (limit 64)');
  });
});

test('counts levels, not brackets: siblings and brackets in strings are no depth', () => {
  const siblings = `[${'[],'.repeat(1000)}[]]`;
  expect(parseJson(siblings)).toHaveLength(1001);
  const text = `${'['.repeat(100)}"\\${'{'.repeat(100)}`;
  expect(parseJson(JSON.stringify({ [text]: text }))).toEqual({ [text]: text });
  expect(parseJson(String.raw`["\\", "\"[", "${'\\\\'.repeat(99)}"]`)).toHaveLength(3);
});

test('refuses depth that hides behind strings with escaped quotes', () => {
  expect(() => parseJson(`["\\"",${arrays(64)}]`)).toThrow(JsonTooDeep);
  expect(() => parseJson(`["\\\\",${arrays(64)}]`)).toThrow(JsonTooDeep);
});

test.each(['', '{', '"', '"\\', ']]', '[1,]'])('text that is no JSON (%j) is a SyntaxError', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});
