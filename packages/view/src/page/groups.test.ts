import { expect, it } from 'vitest';
import type { CallTraffic, ServiceState } from '../snapshot.ts';
import { collapse } from './groups.ts';

const service = (name: string): ServiceState => ({ name, kind: 'service', versions: ['v1'], pods: [], refused: 0, shares: [] });
const call = (from: string, to: string): CallTraffic => ({ from, to, kind: 'http', rate: 0, versions: [], refused: 0, isKnown: true });
const services = ['gateway', 'shop', 'cart', 'stock', 'prices', 'mail', 'lonely'].map(service);
const calls = [call('gateway', 'shop'), call('shop', 'cart'), call('cart', 'stock'), call('stock', 'prices'), call('shop', 'mail')];

it('draws a service with its callers and callees, and collapses the others by their place', () => {
  const drawn = collapse(services, calls, 'cart');
  expect(drawn.services.map(({ name }) => name)).toEqual(['shop', 'cart', 'stock']);
  expect(drawn.calls.map(({ from, to }) => `${from} ${to}`)).toEqual(['shop cart', 'cart stock']);
  expect(drawn.groups).toEqual([
    { name: '1 more caller', members: ['gateway'] },
    { name: '2 more callees', members: ['prices', 'mail'] },
    { name: '1 more service', members: ['lonely'] },
  ]);
  expect(drawn.outer).toEqual([
    { from: '1 more caller', to: 'shop' },
    { from: 'stock', to: '2 more callees' },
    { from: 'shop', to: '2 more callees' },
  ]);
});

it('draws all of them where none is chosen', () => {
  expect(collapse(services, calls, '')).toEqual({ services, calls, groups: [], outer: [] });
});
