import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { beyondBounds } from './bounded-value.ts';

const MAX_VALUES = 1_000;
const nested = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => [inner], 1);
/** Each level names the one before twice. */
const doubled = (levels: number): unknown =>
  load(`l0: &l0 x\n${Array.from({ length: levels }, (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}]\n`).join('')}`);

test.each([
  ['of 100 levels', nested(100)],
  ['whose aliases stay within the bound', doubled(7)],
  ['that is a scalar', 'x'],
])('admits a value %s', (_name, value) => {
  expect(beyondBounds(value, MAX_VALUES)).toBeUndefined();
});

test.each([
  ['of 101 levels', nested(101), 'it is nested deeper than 100 levels'],
  ['that contains itself', load('&a [*a]'), 'it is nested deeper than 100 levels'],
  ['whose aliases exceed the bound', doubled(40), 'it has more than 1000 values, with its aliases written out'],
  ['of more values than the bound', Array(1_000).fill(1), 'it has more than 1000 values'],
])('rejects a value %s', (_name, value, reason) => {
  expect(beyondBounds(value, MAX_VALUES)).toContain(reason);
});
