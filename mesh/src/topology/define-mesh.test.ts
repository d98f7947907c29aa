import { PlatformError } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { cyclesOf, resolveMesh } from './define-mesh.ts';
import type { MeshSpec, ServiceSpec } from './spec.ts';

const http: ServiceSpec = { protocol: 'http', port: 8080, versions: ['v1', 'v2'] };
const grpc: ServiceSpec = { protocol: 'grpc', port: 9090, versions: ['v1'] };
const tcp: ServiceSpec = { protocol: 'tcp', port: 5432, versions: ['v1'] };
const meshOf = (services: MeshSpec['services'], more: Partial<MeshSpec> = {}): MeshSpec => ({
  name: 'a',
  namespace: 'b',
  services,
  ...more,
});
const calling = (to: string, call: object, callee: ServiceSpec = http): MeshSpec =>
  meshOf({ a: { ...http, calls: { [to]: call } } as ServiceSpec, b: callee });
const methods = (spec: object, callee?: ServiceSpec) => calling('b', { timeout: '2s', methods: spec }, callee);

test.each<[string, MeshSpec, string, string]>([
  [
    'a port in words',
    meshOf({ a: { ...http, port: '80' as never } }),
    "the topology, services, 'a', port is '80': expected a number",
    'MeshSpec',
  ],
  ['versions that are no list', meshOf({ a: { ...http, versions: 'v1' as never } }), "'a', versions is 'v1': expected a list", 'MeshSpec'],
  [
    'an unknown protocol',
    meshOf({ a: { ...http, protocol: 'udp' as never } }),
    "protocol is 'udp': expected one of http, grpc, tcp",
    'MeshSpec',
  ],
  ['a service that is nothing', meshOf({ a: null as never }), "the topology, services, 'a' is null: expected a mapping", 'MeshSpec'],
  ['no topology', undefined as never, 'the topology is missing: expected a mapping', 'MeshSpec'],
  ['a callee that only every object has', calling('constructor', {}), "service 'a' calls 'constructor', which is not there", 'name one of'],
  [
    'weights of what only every object has',
    meshOf({ a: http }, { weights: { toString: { v1: 100 } } }),
    "weights are given for 'toString'",
    'name one of',
  ],
  [
    'a gateway to what only every object has',
    meshOf({ a: http }, { gateway: { to: 'valueOf' } }),
    "the gateway leads to 'valueOf'",
    'name one of',
  ],
  ['no services', meshOf({}), 'the topology has no services', 'name at least one'],
  ['a name that is no label', meshOf({ 'A b': http }), "service 'A b' is named 'A b'", 'lower-case'],
  ['a reserved name', meshOf({ gateway: http }), "service 'gateway' has a name that is reserved", 'choose another'],
  ['a name that begins like Istio’s', meshOf({ 'istio-x': http }), 'reserved', 'choose another'],
  ['the name of a policy', meshOf({ 'deny-all': http }), 'the policies that deny all other traffic have it', 'choose another'],
  ["the name of the gateway's routes", meshOf({ 'edge-preview': http }), 'routes of the Gateway begin so', 'choose another'],
  ['a name that means each pod itself', meshOf({ localhost: http }), 'in each pod it means the pod itself', 'choose another'],
  [
    'two versions with one Deployment',
    meshOf({ a: { ...http, versions: ['b-v1'] }, 'a-b': { ...http, versions: ['v1'] } }),
    "services 'a' and 'a-b' both have a version that is deployed as 'a-b-v1'",
    'rename',
  ],
  ['a port out of range', meshOf({ a: { ...http, port: 70_000 } }), "service 'a' has the port 70000", 'from 1 to 65535'],
  ['a port that is no number', meshOf({ a: { ...http, port: 80.5 } }), "service 'a' has the port 80.5", 'whole number'],
  [
    'a gRPC service at the port of its probes',
    meshOf({ a: { ...http, protocol: 'grpc', port: 8080 } }),
    "service 'a' speaks grpc on port 8080",
    'such as 9090',
  ],
  ['no versions', meshOf({ a: { ...http, versions: [] } }), "service 'a' has no versions", 'name at least one'],
  ['a duplicate version', meshOf({ a: { ...http, versions: ['v1', 'v1'] } }), "service 'a' has a duplicate version", 'each version once'],
  ['a version that is no label', meshOf({ a: { ...http, versions: ['1.0'] } }), "the version '1.0'", 'lower-case'],
  ['two versions of what keeps data', meshOf({ a: { ...tcp, versions: ['v1', 'v2'], stateful: true } }), 'stateful', 'leave one'],
  ['an unknown callee', calling('c', { timeout: '1s' }), "service 'a' calls 'c', which is not there", 'name one of b'],
  ['no timeout', calling('b', {}), "service 'a', call to 'b' has no timeout", 'set one'],
  ['a timeout in words', calling('b', { timeout: '2 seconds' }), "timeout is '2 seconds'", '600ms, 2s or 1m'],
  ['a timeout of nothing', calling('b', { timeout: '0s' }), "timeout is '0s'", '600ms, 2s or 1m'],
  ['a timeout of TCP', calling('b', { timeout: '2s' }, tcp), "service 'a', call to 'b' has timeout", 'remove it'],
  ['attempts below zero', calling('b', { timeout: '2s', retries: { attempts: -3 } }), 'attempts is -3', 'whole number from 0'],
  ['attempts without end', calling('b', { timeout: '2s', retries: { attempts: 99 } }), 'attempts is 99', 'to 10'],
  [
    'an unknown condition',
    calling('b', { timeout: '2s', retries: { attempts: 1, on: ['banana'] } }),
    "'banana' is no condition",
    'use some of',
  ],
  ['a wrong time per try', calling('b', { timeout: '2s', retries: { attempts: 1, perTry: '1 s' } }), "perTry is '1 s'", '600ms'],
  [
    'retrying any request after a pod has seen it',
    calling('b', { timeout: '2s', retries: { attempts: 1, on: ['5xx'] } }),
    'although it is not idempotent',
    'idempotent',
  ],
  [
    'retrying a POST after a pod has seen it',
    methods({ 'POST /x': { retries: { attempts: 1, on: ['reset'] } } }),
    'retried on reset',
    'idempotent',
  ],
  [
    'retrying a gRPC request after a pod has seen it',
    methods({ 's.v1.S/M': { retries: { attempts: 1, on: ['unavailable'] } } }, grpc),
    'retried on unavailable',
    'idempotent',
  ],
  ['methods that are none', methods({ 'FETCH /x': {} }), "methods 'FETCH /x' is not understood", 'GET,PUT /documents/*'],
  ['a path without a slash', methods({ 'GET x': {} }), "methods 'GET x' is not understood", 'GET,PUT /documents/*'],
  ['a star in the middle', methods({ 'GET /a/*/b': {} }), 'is not understood', 'at the end'],
  ['HTTP methods of a gRPC callee', methods({ 'GET /x': {} }, grpc), 'is not understood', 'documents.v1.Documents/Get,List'],
  ['weights of an unknown service', meshOf({ a: http }, { weights: { c: { v1: 100 } } }), "weights are given for 'c'", 'name one of a'],
  ['weights of an unknown version', meshOf({ a: http }, { weights: { a: { v9: 100 } } }), "the version 'v9'", 'v1, v2'],
  ['weights that do not add up', meshOf({ a: http }, { weights: { a: { v1: 90, v2: 45 } } }), "the weights of 'a' add up to 135", '100'],
  ['half a percent', meshOf({ a: http }, { weights: { a: { v1: 12.5, v2: 87.5 } } }), "the weight of 'a' v1 is 12.5", 'whole percent'],
  ['a weight below zero', meshOf({ a: http }, { weights: { a: { v1: -10, v2: 110 } } }), 'is -10', 'from 0 to 100'],
  ['a gateway to nowhere', meshOf({ a: http }, { gateway: { to: 'c' } }), "the gateway leads to 'c'", 'name one of a'],
  ['a gateway to TCP', meshOf({ a: tcp }, { gateway: { to: 'a' } }), 'speaks tcp', 'http or grpc'],
  [
    'assets of no version',
    meshOf({ a: http }, { gateway: { to: 'a', sticky: { cookie: 'r', assets: '/a/' } } }),
    'no {version}',
    '/assets/{version}/',
  ],
  [
    'a cookie that is no name',
    meshOf({ a: http }, { gateway: { to: 'a', sticky: { cookie: 'r=.*', assets: '/{version}/' } } }),
    'is no name',
    'letters',
  ],
  [
    'an external like a service',
    meshOf({ a: http }, { externals: { a: { hosts: ['x.y'], port: 1, protocol: 'tcp' } } }),
    'both a service and an external',
    'another name',
  ],
])('%s is refused with the place and the hint', (_what, spec, message, hint) => {
  let error: unknown;
  try {
    resolveMesh(spec);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(PlatformError);
  expect((error as PlatformError).message).toContain(message);
  expect((error as PlatformError).hint).toContain(hint);
});

test('gives the first version all requests where a service has no weights', () => {
  expect(resolveMesh(meshOf({ a: http })).services.get('a')?.weights).toEqual([
    { version: 'v1', percent: 100 },
    { version: 'v2', percent: 0 },
  ]);
});

test('names a port by its protocol', () => {
  const { services } = resolveMesh(meshOf({ a: http, b: grpc, postgres: tcp, 'a-very-long-database': tcp }));
  expect([...services.values()].map(({ portName }) => portName)).toEqual(['http', 'grpc', 'tcp-postgres', 'tcp-a-very-long']);
});

test('allows retries of idempotent HTTP methods, and by default retries requests that no pod has seen', () => {
  const spec = methods({ 'GET,PUT /x/*': { retries: { attempts: 1, on: ['5xx'] } }, 'POST /x': {} });
  expect(resolveMesh(spec).services.get('a')?.calls[0]?.operations).toMatchObject([
    { name: 'x-any', idempotent: true, methods: ['GET', 'PUT'], paths: ['/x/*'], retries: { attempts: 1, on: ['5xx'] } },
    { name: 'x', idempotent: false, methods: ['POST'], paths: ['/x'], retries: { attempts: 2, on: ['connect-failure', 'refused-stream'] } },
  ]);
});

test('two operations of one path have names of their own', () => {
  const spec = methods({ 'GET /x': {}, 'POST /x': {} });
  expect(
    resolveMesh(spec)
      .services.get('a')
      ?.calls[0]?.operations.map(({ name }) => name),
  ).toEqual(['x', 'x-2']);
});

test('a cycle of calls is allowed, and found', () => {
  const call = (to: string): ServiceSpec => ({ ...http, calls: { [to]: { timeout: '1s' } } });
  expect(cyclesOf(resolveMesh(meshOf({ a: call('b'), b: call('c'), c: call('b'), d: http })))).toEqual(['b → c → b']);
  expect(cyclesOf(resolveMesh(meshOf({ a: call('b'), b: http })))).toEqual([]);
});

test('a service that is named like what every object has keeps its weights', () => {
  const { services } = resolveMesh(meshOf({ constructor: http } as unknown as MeshSpec['services'], { weights: {} }));
  expect(services.get('constructor')?.weights).toEqual([
    { version: 'v1', percent: 100 },
    { version: 'v2', percent: 0 },
  ]);
});
