import { expect, test } from 'vitest';
import { Vocabulary } from './misspelt.ts';

const groups = new Vocabulary(['networking.istio.io', 'security.istio.io']);

test.each([
  ['networking.istio.oi', 'networking.istio.io'],
  ['networkin.istio.io', 'networking.istio.io'],
  ['securrity.isto.io', 'security.istio.io'],
  ['security.istio.io', undefined],
  ['rbac.istio.io', undefined],
  ['', undefined],
])('%s is a misspelling of %s', (word, meant) => {
  expect(groups.meantBy(word)).toBe(meant);
});

test('a short word, and one with another number, is no misspelling', () => {
  expect(new Vocabulary(['cart', 'car']).meantBy('cat')).toBeUndefined();
  expect(new Vocabulary(['orders-v2']).meantBy('orders-v1')).toBeUndefined();
  expect(new Vocabulary(['front', 'stock']).meantBy('fornt')).toBe('front');
});
