import { expect, test } from 'vitest';
import { hopOf } from './hop.js';

const identity = { service: 'web', version: 'v1', pod: 'web-1' };

test('a hop names the service, the caller, the attempt and the duration', () => {
  const headers = { 'x-forwarded-client-cert': 'Hash=a;URI=spiffe://mesh/preview', 'x-envoy-attempt-count': '3' };
  const hop = hopOf(headers, performance.now() - 50, identity);
  expect(hop).toEqual({ ...identity, caller: 'spiffe://mesh/preview', attempts: 3, ms: expect.any(Number) });
  expect(hop.ms).toBeGreaterThanOrEqual(50);
  expect(hop.ms).toBeLessThan(1000);
});

test.each([undefined, '', '0', '-1', '1.5', '2x', '99999', '1e3'])('the attempt count "%s" counts as the first', (count) => {
  expect(hopOf({ 'x-envoy-attempt-count': count }, performance.now(), identity).attempts).toBe(1);
});

test('several headers of one name are one list, and its last element counts', () => {
  const headers = { 'x-forwarded-client-cert': ['URI=spiffe://forged', 'URI=spiffe://real'] };
  expect(hopOf(headers, performance.now(), identity).caller).toBe('spiffe://real');
});
