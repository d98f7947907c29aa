import { expect, it } from 'vitest';
import { hostProblem } from './validate.ts';

it.each(['shop.example.com', '127.0.0.1', '*.example.com', '*', 'a-1.b'])('accepts %s', (host) => {
  expect(hostProblem(host)).toBeUndefined();
});

it.each([
  ['https://shop.example.com:8443/x', 'it has a scheme', "'shop.example.com'"],
  ['shop.example.com/x', 'it has a path', "'shop.example.com'"],
  ['shop.example.com:8080', 'it has a port', "'shop.example.com'"],
  ['127.0.0.1:30080', 'it has a port', "'127.0.0.1'"],
  ['::1', 'IPv6 addresses are not supported', 'IPv4'],
  ['[::1]:80', 'IPv6 addresses are not supported', 'IPv4'],
  ['Shop.example.com', 'it has upper-case letters', "'shop.example.com'"],
  ['shop.*.example.com', '* stands for a whole first label only', '*.example.com'],
  ['*shop.example.com', '* stands for a whole first label only', '*.example.com'],
  ['**', '* stands for a whole first label only', '*.example.com'],
  ['localhost', 'Istio takes no name without a dot', '127.0.0.1'],
  ['shop', 'it is not a DNS name', 'shop.example.com'],
  ['', 'it is not a DNS name', 'shop.example.com'],
  ['shop_1.example.com', 'it is not a DNS name', 'shop.example.com'],
  ['-shop.example.com', 'it is not a DNS name', 'shop.example.com'],
  ['shop..example.com', 'it is not a DNS name', 'shop.example.com'],
  [`${'a.'.repeat(127)}aa`, 'it is not a DNS name', 'shop.example.com'],
])('rejects %s with the fix', (host, message, hint) => {
  expect(hostProblem(host)?.message).toBe(`invalid host '${host}': ${message}`);
  expect(hostProblem(host)?.hint).toContain(hint);
});
