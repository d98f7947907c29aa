import { expect, test } from 'vitest';
import { differInLongPart, Vocabulary } from './misspelt.ts';

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

test('another short part of a name is no misspelling', () => {
  const names = new Vocabulary(['orders-app', 'payments-api'], differInLongPart);
  expect(names.meantBy('orders-api')).toBeUndefined();
  expect(names.meantBy('paymnets-api')).toBe('payments-api');
});
