import fc from 'fast-check';
import { load, loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { yamlOf } from './yaml.ts';

const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });

test('reads any object back unchanged', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), json, { noNullPrototype: true }), (object) => {
      fc.pre(!('__proto__' in object && Object.hasOwn(object, '__proto__')));
      expect(load(yamlOf([object]))).toEqual(JSON.parse(JSON.stringify(object)));
    }),
    { numRuns: 300 },
  );
}, 30_000);

test.each([
  [
    'yes',
    'y',
    'NO',
    'on',
    'null',
    '~',
    'true',
    '1',
    '1e3',
    '0x10',
    '1_000',
    '12:30:45',
    '.5',
    '10Gi',
    '600ms',
    '1e5',
    '0o7',
    '0b1',
    '9s',
    '-',
    '- a',
    'a: b',
    'a #b',
    '# a',
    '',
    ' a',
    'a ',
    '*',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    '2s',
    '80',
    'a:',
    '2001-01-01',
    '=',
    '<<',
    'a\nb',
    "it's",
    '"',
    '\\',
    'ü',
    '\u2028',
    '~/*',
    '{a}',
    '[a]',
    '|',
    '>',
    '?',
  ],
])('text stays text: %j', (...words) => {
  for (const word of words)
    expect(load(yamlOf([{ metadata: { name: word }, spec: [word] }]))).toEqual({ metadata: { name: word }, spec: [word] });
});

test('objects are documents of their own', () => {
  expect(loadAll(yamlOf([{ kind: 'A' }, { kind: 'B', spec: [[1, [2]], [], {}] }]))).toEqual([
    { kind: 'A' },
    { kind: 'B', spec: [[1, [2]], [], {}] },
  ]);
});
