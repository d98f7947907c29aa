import { expect, test } from 'vitest';
import type { HttpRoute } from '../kinds.ts';
import { type Reader, readVirtualService, type VirtualService } from '../model/virtual-services.ts';
import { missingRoutes } from './expected-routes.ts';
import type { ProxyRoute } from './proxy-config.ts';

const origin = '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/web';
const labels = (app: string) => new Map([['app', app]]);
const sidecar: Reader = { namespace: 'shop', labels: labels('front'), gateways: ['mesh'] };
const cluster = (subset: string, percent: number) => ({ cluster: `outbound|8080|${subset}|web.shop.svc.cluster.local`, percent });
const to = (subset: string, weight?: number) => ({ destination: { host: 'web', subset }, ...(weight === undefined ? {} : { weight }) });

const object = (...http: HttpRoute[]): VirtualService =>
  readVirtualService({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { hosts: ['web'], http },
  });
const shared: HttpRoute = {
  name: 'web',
  timeout: '2s',
  retries: { attempts: 2, perTryTimeout: '600ms', retryOn: 'connect-failure,refused-stream' },
  route: [to('v1', 80), to('v2', 20)],
};
const held = (changes: Partial<ProxyRoute> = {}): ProxyRoute => ({
  name: 'web',
  origin,
  match: { prefix: '/' },
  clusters: [cluster('v1', 80), cluster('v2', 20)],
  timeout: '2s',
  retries: { attempts: 2, perTry: '0.600s', on: 'connect-failure,refused-stream' },
  ...changes,
});

test('finds nothing missing in a proxy with the declared route', () => {
  expect(missingRoutes(object(shared), sidecar, [held(), held({ name: 'other', origin: 'of another object' })])).toBeUndefined();
});

test.each<[string, Partial<ProxyRoute>, string]>([
  ['other weights', { clusters: [cluster('v1', 50), cluster('v2', 50)] }, 'route web: goes to v1 50 %, v2 50 %, not to v1 80 %, v2 20 %'],
  ['only one version', { clusters: [cluster('v1', 100)] }, 'route web: goes to v1 100 %, not to v1 80 %, v2 20 %'],
  ['another timeout', { timeout: '3s' }, 'route web: has the timeout 3s, not 2s'],
  [
    'more retries',
    { retries: { attempts: 3, perTry: '0.600s', on: 'connect-failure,refused-stream' } },
    'route web: retries 3 times, not 2',
  ],
  [
    'another time for each try',
    { retries: { attempts: 2, on: 'connect-failure,refused-stream' } },
    'route web: gives a try no time of its own, not 600ms',
  ],
  [
    'fewer reasons to retry',
    { retries: { attempts: 2, perTry: '0.600s', on: 'reset' } },
    'route web: retries on reset, not on connect-failure,refused-stream',
  ],
])('a proxy with %s has not taken it over', (_words, changes, message) => {
  expect(missingRoutes(object(shared), sidecar, [held(changes)])).toBe(message);
});

test('reports a stale route and a missing route', () => {
  expect(missingRoutes(object(shared), sidecar, [held(), held({ name: 'old' })])).toBe('still has the route old');
  expect(missingRoutes(object(shared), sidecar, [])).toBe('has no route web');
});

test('a version with a weight of 0 has no cluster in the route', () => {
  expect(
    missingRoutes(object({ name: 'web', route: [to('v1', 100), to('v2', 0)] }), sidecar, [held({ clusters: [cluster('v1', 100)] })]),
  ).toBeUndefined();
});

test('a route without retries is one that repeats nothing', () => {
  const silent = { ...shared, retries: { attempts: 0 } };
  const { retries: _, ...without } = held();
  expect(missingRoutes(object(silent), sidecar, [without])).toBeUndefined();
  expect(missingRoutes(object(silent), sidecar, [held()])).toBe('route web: retries 2 times, not 0');
});

test('each condition of a route is one of the proxy’s routes, with its text', () => {
  const match = [{ uri: { exact: '/a' } }, { uri: { prefix: '/b/' } }];
  const declared = object({ ...shared, name: 'some', match }, shared);
  const some = (path: string) => held({ name: 'some', match: { path } });
  expect(missingRoutes(declared, sidecar, [some('/a'), some('/b/'), held()])).toBeUndefined();
  expect(missingRoutes(declared, sidecar, [some('/a'), held()])).toBe('has 1 routes some, not 2');
  expect(missingRoutes(declared, sidecar, [some('/a'), some('/c/'), held()])).toBe('route some: has not the condition /b/');
});

test('a condition for other callers is not expected of this one', () => {
  const declared = object({ ...shared, name: 'theirs', match: [{ sourceLabels: { app: 'back' } }] }, shared);
  expect(missingRoutes(declared, sidecar, [held()])).toBeUndefined();
  expect(missingRoutes(declared, { ...sidecar, labels: labels('back') }, [held()])).toBe('has no route theirs');
});

test('what follows a route without conditions is not expected', () => {
  expect(missingRoutes(object(shared, { ...shared, name: 'never' }), sidecar, [held()])).toBeUndefined();
});
