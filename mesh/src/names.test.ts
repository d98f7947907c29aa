import { expect, it } from 'vitest';
import { describeMilliseconds, nanoseconds, parseDuration, partsOfHost } from './names.ts';

it.each([
  ['0', 0n],
  ['1ms', 1_000_000n],
  ['1.5s', 1_500_000_000n],
  ['.5s', 500_000_000n],
  ['1.s', 1_000_000_000n],
  ['1h30m', 5_400_000_000_000n],
  ['1m1h', 3_660_000_000_000n],
  ['-2us', -2_000n],
  ['+3µs', 3_000n],
])('reads %s as Go does', (text, length) => {
  expect(nanoseconds(text)).toBe(length);
});

it.each(['', 's', '1', '1d', '2 seconds', '1e3s', '.s', '1s ', '--1s', '9999999h'])("takes '%s' for no duration", (text) => {
  expect(nanoseconds(text)).toBeUndefined();
});

it.each([
  ['600ms', 600],
  ['0.600s', 600],
  ['1.5s', 1_500],
  ['1m30s', 90_000],
  ['90s', 90_000],
  ['0s', 0],
  ['.5m', 30_000],
  ['1h10m', 4_200_000],
  ['0h0m59.5s', 59_500],
  ['250us', 0.25],
  ['0', 0],
  ['+2s', 2_000],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBeCloseTo(milliseconds);
});

it.each(['', '2', '2 seconds', '2s ', 's', '-2s', '2d', '1s2'])("'%s' is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

it('people read seconds from one second up', () => {
  expect([describeMilliseconds(600), describeMilliseconds(2_100), describeMilliseconds(59_500)]).toEqual(['600 ms', '2.1 s', '59.5 s']);
});

it.each([
  ['web.shop.svc.cluster.local', { name: 'web', namespace: 'shop' }],
  ['web.shop.svc.corp.example', { name: 'web', namespace: 'shop' }],
  ['db-0.db.shop.svc.cluster.local', { name: 'db', namespace: 'shop' }],
  ['web.shop.svc.clusterset.local', undefined],
  ['web.shop', undefined],
  ['api.example.com', undefined],
])('reads Service and namespace of %s', (host, parts) => {
  expect(partsOfHost(host)).toEqual(parts);
});
