import { type Environment, type MeshSpec, resolveMesh, type ServiceSpec } from '@mesh-platform/mesh';
import { describe, expect, it } from 'vitest';
import { anyService, askingPair, limitedCall, reached, retriedCall, versionsOnTheRoute, wrongPair } from './participants.ts';
import { isMissing, type Platform } from './platform.ts';
import { type CallOnRoute, callerOf } from './route.ts';

const LIMIT_MS = 20_000;
type Services = MeshSpec['services'];

function platformWith(services: Services, more: Partial<MeshSpec> & { path?: string; FAULTS?: string } = {}): Platform {
  const { path = '/path', FAULTS = 'on', ...rest } = more;
  const [first = ''] = Object.keys(services);
  const mesh = resolveMesh({ name: 'shop', namespace: 'platform', gateway: { to: first }, services, ...rest });
  return { environment: { name: 'local', mesh, variables: { FAULTS } } as unknown as Environment, path };
}

const v1 = { versions: ['v1'] } as const;
const http = (calls: ServiceSpec['calls'] = {}, more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  protocol: 'http',
  port: 8080,
  ...v1,
  calls,
  ...more,
});
const grpc = (calls: ServiceSpec['calls'] = {}): ServiceSpec => ({ protocol: 'grpc', port: 9090, ...v1, calls });
const tcp: ServiceSpec = { protocol: 'tcp', port: 5432, ...v1, stateful: true };
/** As `new service` writes a call. */
const asks = { timeout: '2s', methods: { 'GET /hello,/path': {} } } as const;
const asksGrpc = { timeout: '2s', methods: { 'path.v1.Path/Get': {} } } as const;
const eager = (on: 'unavailable' | 'gateway-error') => ({ attempts: 1, perTry: '500ms', on: [on] }) as const;

/** The three services of this repository. */
const documents = platformWith(
  {
    preview: http({ web: { timeout: '3s', methods: { 'GET /documents': {}, 'GET /path,/openapi.json': {} } } }, { versions: ['v1', 'v2'] }),
    web: http({
      core: {
        timeout: '2s',
        methods: {
          'documents.v1.Documents/Update': {},
          'path.v1.Path/Get': { retries: { attempts: 2, perTry: '600ms', on: ['unavailable'] }, idempotent: true },
        },
      },
    }),
    core: grpc({ postgres: {} }),
    postgres: tcp,
  },
  { gateway: { to: 'preview', timeout: '5s', methods: { 'GET,HEAD,POST /*': {} } }, path: '/api/path' },
);
const single = platformWith({ alpha: http() });
const two = platformWith({ alpha: http({ beta: asks }), beta: http() });
const mixed = platformWith({ alpha: http({ beta: asksGrpc }), beta: grpc({ gamma: asks }), gamma: http() });
const versioned = platformWith({ alpha: http({ beta: asks }), beta: http({}, { versions: ['v1', 'v2', 'v3'] }) });

/** Two ways lead to d, so that a question asks it twice. */
const diamondOf = (call: NonNullable<ServiceSpec['calls']>[string]): Services => ({
  a: http({ b: call, c: call }),
  b: http({ d: call }),
  c: http({ d: call }),
  d: http({}, { versions: ['v1', 'v2'] }),
});

/** `web calls core`, or the message that names the missing participant. */
const callInWords = (call: CallOnRoute | { missing: string }) =>
  isMissing(call) ? call.missing : `${callerOf(call)} calls ${call.to.name}`;
const names = <T extends object>(found: T) =>
  Object.fromEntries(Object.entries(found).map(([role, one]) => [role, (one as { name?: string }).name ?? one]));

describe('a caller and its callee', () => {
  it('is the first service that may ask another one for the path, and that one', () => {
    expect(names(askingPair(documents.environment.mesh))).toEqual({ caller: 'preview', callee: 'web' });
    expect(names(askingPair(two.environment.mesh))).toEqual({ caller: 'alpha', callee: 'beta' });
    expect(names(askingPair(mixed.environment.mesh))).toEqual({ caller: 'alpha', callee: 'beta' });
  });

  it('is missing where there is only one service, and where calls admit only other requests', () => {
    const message = { missing: 'no service may ask another one for the path of a request' };
    const others = { timeout: '2s', methods: { 'GET /hello': {}, 'POST /path': {} } } as const;
    expect(askingPair(single.environment.mesh)).toEqual(message);
    expect(askingPair(platformWith({ a: http({ b: others, postgres: {} }), b: http(), postgres: tcp }).environment.mesh)).toEqual(message);
  });

  it('is any of a call that admits everything, or the path by a star', () => {
    for (const call of [{ timeout: '2s' }, { timeout: '2s', methods: { 'GET /pa*': {} } }] as const)
      expect(names(askingPair(platformWith({ a: http({ b: call }), b: http() }).environment.mesh))).toEqual({ caller: 'a', callee: 'b' });
  });
});

describe('a wrong caller', () => {
  it('may call neither its callee nor the undeclared callee, and the callee is one that answers HTTP or gRPC', () => {
    expect(names(wrongPair(documents.environment.mesh))).toEqual({ caller: 'preview', callee: 'core', undeclaredCallee: 'postgres' });
    expect(names(wrongPair(mixed.environment.mesh))).toEqual({ caller: 'alpha', callee: 'gamma', undeclaredCallee: 'alpha' });
  });

  it('is unknown to itself where there are two services', () => {
    expect(names(wrongPair(two.environment.mesh))).toEqual({ caller: 'beta', callee: 'alpha', undeclaredCallee: 'beta' });
  });

  it('is missing where each may call the other, and where there is one service', () => {
    expect(wrongPair(platformWith({ a: http({ b: asks }), b: http({ a: asks }) }).environment.mesh)).toEqual({
      missing: 'each service may call every other one',
    });
    expect(wrongPair(single.environment.mesh)).toEqual({ missing: 'there is only one service' });
  });
});

it('the first service is one that speaks HTTP or gRPC', () => {
  expect(names(anyService(platformWith({ postgres: tcp, alpha: http() }, { gateway: { to: 'alpha' } }).environment.mesh))).toEqual({
    service: 'alpha',
  });
  expect(anyService(platformWith({ postgres: tcp }, { gateway: undefined as never }).environment.mesh)).toHaveProperty('missing');
});

describe('the route of the question for the path', () => {
  const servicesOf = (platform: Platform) => {
    const found = reached(platform);
    return isMissing(found) ? found.missing : found.services.map(({ name }) => name);
  };

  it('leads from the gateway through every service that may be asked, databases left out', () => {
    expect(servicesOf(documents)).toEqual(['preview', 'web', 'core']);
    expect(servicesOf(single)).toEqual(['alpha']);
    expect(servicesOf(mixed)).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('ends where calls go around', () => {
    expect(servicesOf(platformWith({ a: http({ b: asks }), b: http({ a: asks, b: asks }) }))).toEqual(['a', 'b']);
  });

  it.each<[string, Partial<MeshSpec>]>([
    ['the topology has no gateway', { gateway: undefined as never }],
    ['the gateway leads to beta, which does not speak HTTP', { gateway: { to: 'beta' } }],
    ['the gateway admits no GET /path, which reports the path of a request', { gateway: { to: 'alpha', methods: { 'GET /hello': {} } } }],
  ])('does not begin: %s', (message, more) => {
    const platform = platformWith({ alpha: http({ beta: asksGrpc }), beta: grpc() }, more);
    expect(servicesOf(platform)).toBe(message);
    for (const found of [versionsOnTheRoute(platform), retriedCall(platform), limitedCall(platform, LIMIT_MS)])
      expect(found).toEqual({ missing: message });
  });
});

describe('two versions', () => {
  it('are those of the first service on the route that has so many', () => {
    expect(versionsOnTheRoute(documents)).toMatchObject({ service: { name: 'preview' }, versions: ['v1', 'v2'] });
    expect(versionsOnTheRoute(versioned)).toMatchObject({ service: { name: 'beta' }, versions: ['v1', 'v2'] });
  });

  it('are missing where each has one, and where a service with more is called more than once by a request', () => {
    const missing = 'no service on the route from the gateway has two versions';
    expect(versionsOnTheRoute(two)).toEqual({ missing });
    expect(versionsOnTheRoute(platformWith(diamondOf(asks)))).toEqual({ missing });
  });

  it('are found where calls go around', () => {
    const around = { a: http({ b: asks }), b: http({ a: asks }, { versions: ['v1', 'v2'] }) };
    expect(versionsOnTheRoute(platformWith(around))).toMatchObject({ service: { name: 'b' } });
  });
});

describe('a call that is retried', () => {
  const missing = /^no call on the route from the gateway is retried/;

  it('is the farthest one whose failure its caller’s proxy does not hand on at once', () => {
    expect(callInWords(retriedCall(documents))).toBe('web’s proxy calls core');
    const repeated = { timeout: '2s', methods: { 'GET /path': { retries: eager('gateway-error') } } } as const;
    expect(
      callInWords(retriedCall(platformWith({ a: http({ b: repeated }), b: http({ c: repeated, d: asks }), c: http(), d: http() }))),
    ).toBe('b’s proxy calls c');
    expect(callInWords(retriedCall(platformWith(diamondOf(repeated))))).toBe('a’s proxy calls b'); // d is called by b and by c
    const atGateway = { gateway: { to: 'a', methods: { 'GET /*': { retries: eager('gateway-error') } } } } as const;
    expect(callInWords(retriedCall(platformWith({ a: http() }, atGateway)))).toBe('the gateway calls a');
  });

  it('is missing where failures are not retried, or only on conditions of another protocol', () => {
    const unseen = { timeout: '2s', methods: { 'GET /path': { retries: { attempts: 2, on: ['unavailable'] } } } } as const;
    const none = { timeout: '2s', methods: { 'GET /path': { retries: { attempts: 0, on: ['gateway-error'] } } } } as const;
    for (const call of [asks, unseen, none])
      expect(callInWords(retriedCall(platformWith({ a: http({ b: call }), b: http() })))).toMatch(missing);
  });
});

describe('a call that is cut off', () => {
  it('is the farthest one of which a try may take less than the whole', () => {
    expect(callInWords(limitedCall(documents, LIMIT_MS))).toBe('web’s proxy calls core');
  });

  it('is the gateway’s where each caller’s own deadline ends with its proxy’s, if the gateway’s timeout is short enough', () => {
    for (const platform of [single, two, mixed]) expect(callInWords(limitedCall(platform, LIMIT_MS))).toBe('the gateway calls alpha');
    expect(callInWords(limitedCall(single, 15_000))).toBe('no call on the route from the gateway is cut off by a proxy within 15 s');
  });

  it('is none that another one ends before', () => {
    const tries = { timeout: '8s', methods: { 'GET /path': { retries: { attempts: 1, perTry: '3s' } } } } as const;
    const services = { a: http({ b: tries }), b: http() };
    expect(callInWords(limitedCall(platformWith(services, { gateway: { to: 'a', timeout: '4s' } }), LIMIT_MS))).toBe('a’s proxy calls b');
    expect(callInWords(limitedCall(platformWith(services, { gateway: { to: 'a', timeout: '3s' } }), LIMIT_MS))).toBe('the gateway calls a');
  });
});

it('where fault injection is off, no call fails and none is slow', () => {
  const { environment, path } = documents;
  const eks = { environment: { ...environment, name: 'eks', variables: {} }, path };
  const missing = 'no service injects faults in the environment eks: FAULTS is not on';
  expect([retriedCall(eks), limitedCall(eks, LIMIT_MS)]).toEqual([{ missing }, { missing }]);
});
