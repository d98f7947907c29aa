import { expect, test } from 'vitest';
import { fieldChanges } from './field-change.ts';

const route = (weights: readonly number[]) => ({
  metadata: { name: 'web', resourceVersion: String(weights[0]), generation: weights[0], labels: { app: 'web' } },
  spec: { hosts: ['web'], http: [{ name: 'web', route: weights.map((weight) => ({ weight })) }] },
  status: { seen: weights[0] },
});

test('objects that differ in what the API server keeps for itself are alike', () => {
  expect(fieldChanges(route([80, 20]), { ...route([80, 20]), status: {}, metadata: { name: 'web', labels: { app: 'web' } } })).toEqual([]);
});

test('names a change by the path of its field, and elements of a list by their names', () => {
  expect(fieldChanges(route([80, 20]), route([50, 50]))).toEqual([
    { path: 'spec.http[web].route[0].weight', before: 80, after: 50 },
    { path: 'spec.http[web].route[1].weight', before: 20, after: 50 },
  ]);
});

test('shows a list of strings as a whole', () => {
  expect(fieldChanges({ spec: { hosts: ['a', 'b'] } }, { spec: { hosts: ['a'] } })).toEqual([
    { path: 'spec.hosts', before: ['a', 'b'], after: ['a'] },
  ]);
});

test('shows added and removed fields with nothing on the other side', () => {
  expect(fieldChanges({ spec: { a: 1 } }, { spec: { b: 2 } })).toEqual([
    { path: 'spec.a', before: 1, after: undefined },
    { path: 'spec.b', before: undefined, after: 2 },
  ]);
});

test('names elements with the same name by their index', () => {
  const named = (...values: number[]) => ({ list: values.map((value) => ({ name: 'same', value })) });
  expect(fieldChanges(named(1, 2), named(1, 3))).toEqual([{ path: 'list', before: named(1, 2).list, after: named(1, 3).list }]);
});

test('a name with dots stands in brackets', () => {
  const labelled = (value: string) => ({ metadata: { labels: { 'mesh.platform/topology': value } } });
  expect(fieldChanges(labelled('a'), labelled('b'))).toEqual([
    { path: 'metadata.labels[mesh.platform/topology]', before: 'a', after: 'b' },
  ]);
});
