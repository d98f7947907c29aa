import { expect, test } from 'vitest';
import type { MeshObject } from '../../object.ts';
import { render } from '../../render/render.ts';
import { defineMesh } from '../../topology/define-mesh.ts';
import { defineEnvironment } from '../../topology/environment.ts';
import { runChecks } from '../run-checks.ts';
import { rules } from './index.ts';

const shop = defineMesh({
  name: 'shop',
  namespace: 'shop',
  gateway: { to: 'front', hosts: ['shop.example.com'], methods: { 'GET,POST /*': {} } },
  services: {
    front: {
      protocol: 'http',
      port: 8080,
      versions: ['v1', 'v2'],
      calls: {
        orders: {
          timeout: '3s',
          methods: {
            'shop.v1.Orders/Get,List': { idempotent: true, retries: { attempts: 2, perTry: '600ms', on: ['unavailable'] } },
            'shop.v1.Orders/Place': {},
          },
        },
        payments: {},
      },
    },
    orders: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { db: {} } },
    db: { protocol: 'tcp', port: 5432, versions: ['v1'], stateful: true },
  },
  externals: { payments: { hosts: ['api.payments.example.com'], port: 443, protocol: 'tls' } },
  weights: { front: { v1: 80, v2: 20 } },
});
const { mesh } = defineEnvironment(shop, { name: 'test', image: () => 'example.com/app:1' });
const text = JSON.stringify(render(defineEnvironment(shop, { name: 'test', image: () => 'example.com/app:1' })).objects);
const objects = () => JSON.parse(text) as MeshObject[];

/** The rendered objects with one of them changed, as text. */
function changed(kind: string, name: string, from: string | RegExp, to: string): readonly MeshObject[] {
  return objects().map((object) => {
    if (object.kind !== kind || object.metadata?.name !== name) return object;
    const before = JSON.stringify(object);
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    return JSON.parse(after) as MeshObject;
  });
}
const found = (subject: readonly MeshObject[]) =>
  runChecks({ objects: subject, mesh }, rules).map(({ code, severity, object }) => `${code} ${severity} ${object}`);

test('what a topology renders has nothing to be found', () => {
  expect(found(objects())).toEqual([]);
});

const front = 'cluster.local/ns/shop/sa/front';

test.each<[string, readonly MeshObject[], string]>([
  [
    'a caller that is left out',
    changed('AuthorizationPolicy', 'orders', front, 'cluster.local/ns/shop/sa/frunt'),
    'MESH302 error AuthorizationPolicy shop/orders',
  ],
  [
    'a caller that is not declared',
    changed('AuthorizationPolicy', 'orders', front, 'cluster.local/ns/shop/sa/db'),
    'MESH306 error AuthorizationPolicy shop/orders',
  ],
  [
    'a method that is left out',
    changed('AuthorizationPolicy', 'orders', '/shop.v1.Orders/Place', '/shop.v1.Orders/Pace'),
    'MESH302 error AuthorizationPolicy shop/orders',
  ],
  [
    'a gateway that is left out',
    changed('AuthorizationPolicy', 'front', 'istio-ingressgateway-service-account', 'other'),
    'MESH302 error AuthorizationPolicy shop/front',
  ],
  [
    'paths in the policy of a TCP port',
    changed('AuthorizationPolicy', 'db', '"ports"', '"methods":["GET"],"ports"'),
    'MESH303 error AuthorizationPolicy shop/db',
  ],
  ['a callee that the Sidecar leaves out', changed('Sidecar', 'orders', /"\.\/db[^"]*"/, '"~/*"'), 'MESH216 error Sidecar shop/orders'],
  [
    'an external that the Sidecar leaves out',
    changed('Sidecar', 'front', /,?"\.\/api\.payments\.example\.com"/, ''),
    'MESH216 error Sidecar shop/front',
  ],
  [
    'a name that is not pinned',
    changed('DestinationRule', 'orders', /,?"subjectAltNames":\["[^"]*"\]/, ''),
    'MESH304 error DestinationRule shop/orders',
  ],
  [
    'a second name that may answer',
    changed('DestinationRule', 'orders', '"subjectAltNames":[', '"subjectAltNames":["spiffe://cluster.local/ns/shop/sa/db",'),
    'MESH304 error DestinationRule shop/orders',
  ],
  [
    'a pinned name of another service',
    changed('DestinationRule', 'orders', 'sa/orders', 'sa/db'),
    'MESH305 error DestinationRule shop/orders',
  ],
  [
    'plain text to a strict callee',
    changed('DestinationRule', 'orders', 'ISTIO_MUTUAL', 'DISABLE'),
    'MESH301 error DestinationRule shop/orders',
  ],
  [
    'a DestinationRule that is missing',
    objects().filter(({ kind, metadata }) => kind !== 'DestinationRule' || metadata?.name !== 'db'),
    'MESH304 error Service shop/db',
  ],
  [
    'retries that are not stated',
    changed('VirtualService', 'orders', /"retries":\{[^}]*\}/, '"retries":{}'),
    'MESH206 error VirtualService shop/orders',
  ],
  [
    'retries of requests that are not marked as idempotent',
    changed('VirtualService', 'orders', /connect-failure,refused-stream/, 'reset'),
    'MESH202 error VirtualService shop/orders',
  ],
  [
    'retries of any method at the gateway',
    changed('VirtualService', 'edge-front', /connect-failure,refused-stream/, '5xx'),
    'MESH203 error VirtualService shop/edge-front',
  ],
  [
    'weights that do not add up',
    changed('VirtualService', 'edge-front', '"weight":20', '"weight":10'),
    'MESH205 error VirtualService shop/edge-front',
  ],
  ['another port than the topology has', changed('Service', 'orders', '"port":9090', '"port":9091'), 'MESH402 error Service shop/orders'],
  [
    'another protocol than the topology has',
    changed('Service', 'orders', '"name":"grpc","port"', '"name":"http","port"'),
    'MESH402 error Service shop/orders',
  ],
  ['a port name that hides the protocol', changed('Service', 'db', 'tcp-db', 'db'), 'MESH401 error Service shop/db'],
  [
    'a container that listens elsewhere',
    changed('Deployment', 'orders-v1', '"containerPort":9090', '"containerPort":9091'),
    'MESH307 error AuthorizationPolicy shop/orders',
  ],
  ['a NetworkPolicy without istiod', changed('NetworkPolicy', 'orders', '15012', '15010'), 'MESH403 error NetworkPolicy shop/deny-all'],
  ['a NetworkPolicy without the probes', changed('NetworkPolicy', 'orders', '15021', '15022'), 'MESH404 error NetworkPolicy shop/deny-all'],
])('%s is an error', (_what, subject, expected) => {
  expect(found(subject)).toContain(expected);
});

test('what only our style demands is an error in our own objects, and a warning in those of others', () => {
  const subject = changed('DestinationRule', 'orders', /,?"subjectAltNames":\["[^"]*"\]/, '');
  const severities = (given: { mesh?: typeof mesh }) =>
    runChecks({ objects: subject, ...given }, rules)
      .filter(({ code }) => code === 'MESH304')
      .map(({ severity }) => severity);
  expect(severities({ mesh })).toEqual(['error']);
  expect(severities({})).toEqual(['warning']);
});
