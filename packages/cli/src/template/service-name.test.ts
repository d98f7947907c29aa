import { resolveMesh } from '@mesh-platform/mesh';
import { expect, test } from 'vitest';
import { requireFreeName } from './service-name.ts';

const mesh = resolveMesh({
  name: 'shop',
  namespace: 'shop',
  services: { cart: { protocol: 'http', port: 8080, versions: ['v1'] } },
  externals: { bank: { hosts: ['bank.example.com'], port: 443, protocol: 'tls' } },
});

test.each(['a', 'my-cart', 'cart2', 'x'.repeat(40)])('%s may be the name of a new service', (name) => {
  expect(() => requireFreeName(name, mesh, ['cli'])).not.toThrow();
});

test.each([
  ['Cart', "'Cart' is no name of a service"],
  ['2cart', "'2cart' is no name of a service"],
  ['cart-', "'cart-' is no name of a service"],
  ['../cart', "'../cart' is no name of a service"],
  ['x'.repeat(41), 'is no name of a service'],
  ['gateway', "the name 'gateway' is reserved"],
  ['deny-all', "the name 'deny-all' is reserved: the policies that deny all other traffic have it"],
  ['edge-preview', "the name 'edge-preview' is reserved: routes of the Gateway begin so"],
  ['localhost', "the name 'localhost' is reserved"],
  ['constructor', "the name 'constructor' is reserved"],
  ['istio-thing', "the name 'istio-thing' is reserved"],
  ['my-v2', "'my-v2' reads like a version"],
  ['cart', "there is a service 'cart'"],
  ['bank', "there is a service 'bank'"],
  ['cli', "there is a package 'cli'"],
])('%s may not', (name, message) => {
  expect(() => requireFreeName(name, mesh, ['cli'])).toThrow(message);
});
