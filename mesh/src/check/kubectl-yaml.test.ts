import { expect, test } from 'vitest';
import { documentsOf, loadDocument } from './kubectl-yaml.ts';

const valuesOf = (text: string) => documentsOf(text).map(loadDocument);
const linesOf = (text: string) => documentsOf(text).map(({ line }) => line);

test.each<[string, unknown]>([
  ['yes', true],
  ['On', true],
  ['y', 'y'],
  ['OFF', false],
  ['n', 'n'],
  ['yEs', 'yEs'],
  ['"yes"', 'yes'],
  ['!!str yes', 'yes'],
  ['~', null],
  ['Null', null],
  ['0777', 511],
  ['0o777', 511],
  ['-010', -8],
  ['09', 9],
  ['0x1F', 31],
  ['0b11', 3],
  ['1_000', 1000],
  ['+5', 5],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1e400', '1e400'],
  ['1:30', '1:30'],
  ['190:20:30.15', '190:20:30.15'],
  ['2001-12-14', '2001-12-14'],
  ['.inf', Number.POSITIVE_INFINITY],
  ['!!float 3', 3],
  ['1.2.3', '1.2.3'],
])('the word %s is what goyaml reads, but for letters', (word, value) => {
  expect(valuesOf(`a: ${word}\n`)).toEqual([{ a: value }]);
});

test('a key is the text of what its word is', () => {
  expect(valuesOf('yes: 1\n0x10: 2\nconstructor: 3\n')).toEqual([{ true: 1, 16: 2, constructor: 3 }]);
});

test.each([
  ['a bracket that closes at the column of its key', 'a:\n  hosts: [\n    b,\n  ]\n  c: d\n', { a: { hosts: ['b'], c: 'd' } }],
  ['items at the beginning of the line', 'a:\n  hosts: [\nb,\nc\n]\n', { a: { hosts: ['b', 'c'] } }],
  ['a mapping in a sequence', 'a:\n- x: {\n  y: 1\n}\n- 2\n', { a: [{ x: { y: 1 } }, 2] }],
  ['text in quotes', 'a:\n  b: "c\nd"\n', { a: { b: 'c d' } }],
  ['a tab', 'a: [\n\tb\n\t]\n', { a: ['b'] }],
  ['a tab before a bracket', 'a:\nb:\t{ c: "\t" }\n', { a: null, b: { c: '\t' } }],
  ['a tab after a word in quotes', "a: ['b\tc',\td]\n", { a: ['b\tc', 'd'] }],
  ['a tab between brackets', 'a:\nb: [c,\td]\n', { a: null, b: ['c', 'd'] }],
])('indentation does not count between brackets and quotes: %s', (_what, text, value) => {
  expect(valuesOf(text)).toEqual([value]);
});

test('a word between brackets may end with a colon', () => {
  expect(valuesOf('a: [2001:db8::, "b:]", ::1/128]\nc: { d: 2001:db8::}\ne: "f:]"\n')).toEqual([
    { a: ['2001:db8::', 'b:]', '::1/128'], c: { d: '2001:db8::' }, e: 'f:]' },
  ]);
  expect(valuesOf('{"a":["b:"],"c":{}}')).toEqual([{ a: ['b:'], c: {} }]);
});

test('values of JSON follow one another, each with its line', () => {
  const text = '{"a": "}{"}\n{\n  "b": [1]\n}{"c": {}}\n';
  expect(valuesOf(text)).toEqual([{ a: '}{' }, { b: [1] }, { c: {} }]);
  expect(linesOf(text)).toEqual([1, 2, 4]);
});

test('a byte order mark may begin each document', () => {
  const text = '\uFEFFa: 1\n\uFEFF---\n\uFEFFb: 2\n---\n\uFEFF{"c": 3}\n';
  expect(valuesOf(text)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
});

test('an error has the line of the file', () => {
  const [, second] = documentsOf('a: 1\n---\n\nb: {\nc: [\n') as [unknown, { line: number; body: string }];
  expect(() => loadDocument(second)).toThrow(expect.objectContaining({ line: 6 }));
});
