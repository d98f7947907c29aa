import { expect, test } from 'vitest';
import { meantBy } from './misspelt.ts';

const groups = ['networking.istio.io', 'security.istio.io'];

test.each([
  ['networking.istio.oi', 'networking.istio.io'],
  ['networkin.istio.io', 'networking.istio.io'],
  ['securrity.isto.io', 'security.istio.io'],
  ['security.istio.io', undefined],
  ['rbac.istio.io', undefined],
  ['', undefined],
])('%s is a misspelling of %s', (word, meant) => {
  expect(meantBy(word, groups)).toBe(meant);
});

test('a short word, and one with another number, is no misspelling', () => {
  expect(meantBy('cat', ['cart', 'car'])).toBeUndefined();
  expect(meantBy('orders-v1', ['orders-v2'])).toBeUndefined();
  expect(meantBy('fornt', ['front', 'stock'])).toBe('front');
});
