import { expect, test } from 'vitest';
import { originOf } from '../object.ts';
import { placedIn } from './placed.ts';
import { parseObjects } from './read-objects.ts';

test('objects without a namespace are in the given one, with their file and line', () => {
  const text = ['Service', 'Namespace', 'Sidecar'].map((kind) => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: a }\n`);
  const other = 'apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: web }\n';
  const placed = placedIn(parseObjects([...text, other].join('---\n'), 'a.yaml'), 'shop');
  expect(placed.map(({ kind, metadata }) => `${kind} ${metadata?.namespace ?? ''}`)).toEqual([
    'Service shop',
    'Namespace ',
    'Sidecar shop',
    'Service web',
  ]);
  expect(placed.map((object) => originOf(object)?.line)).toEqual([1, 5, 9, 13]);
});
