// Only `tsc` reads this file. Each `@ts-expect-error` fails the build once the line below it compiles.

import {
  authorizationPolicy,
  type ClientTls,
  type CorsPolicy,
  destinationRule,
  type HttpFault,
  type HttpMatch,
  type HttpRedirect,
  type HttpRetry,
  type HttpRoute,
  type HttpRouteDestination,
  type IstioDuration,
  type LoadBalancer,
  type OutlierDetection,
  peerAuthentication,
  type ServiceEntry,
  type Sidecar,
  type StringMatch,
  serviceEntry,
  sidecar,
  virtualService,
  type WholePercent,
} from './kinds.ts';
import type { MeshObject } from './object.ts';

const metadata = { name: 'web', namespace: 'platform' };
const expect = <Type>(value: Type): Type => value;

// Valid objects compile, and checks accept them.
expect<MeshObject>(peerAuthentication(metadata, { mtls: { mode: 'STRICT' } }));
expect<readonly IstioDuration[]>(['600ms', '2s', '1.5s', '1m', '1h', '1m30s', '1h30m', '1h30m15s', '1m500ms', '1s500ms', '0s']);
expect<readonly WholePercent[]>([0, 9, 10, 50, 99, 100]);
expect<HttpRoute>({
  name: 'read',
  match: [{ uri: { prefix: '/items' }, method: { regex: 'GET|HEAD' }, headers: { 'x-version': {} } }],
  route: [{ destination: { host: 'web', subset: 'v1', port: { number: 8080 } }, weight: 90 }],
  timeout: '2s',
  retries: { attempts: 2, perTryTimeout: '600ms', retryOn: 'connect-failure,refused-stream' },
});
expect<LoadBalancer>({ consistentHash: { httpCookie: { name: 'version', ttl: '0s' }, maglev: {} } });
const hosts: readonly string[] = ['web.platform.svc.cluster.local'];
virtualService(metadata, { hosts, http: [{ directResponse: { status: 404 } }] });
authorizationPolicy(metadata, {
  selector: { matchLabels: { app: 'web' } },
  rules: [{ from: [{ source: { principals: ['a/ns/b/sa/c'] } }] }],
});

// A weight is a number.
// @ts-expect-error
expect<HttpRouteDestination>({ destination: { host: 'web' }, weight: '90' });

// Enum values are spelt as Istio spells them.
// @ts-expect-error
peerAuthentication(metadata, { mtls: { mode: 'STRICTLY' } });
// @ts-expect-error
expect<ClientTls>({ mode: 'ISTIO' });
// @ts-expect-error
authorizationPolicy(metadata, { action: 'Allow' });
// @ts-expect-error
expect<ServiceEntry['spec']>({ hosts: ['db.example.com'], resolution: 'dns' });
// @ts-expect-error
expect<Sidecar['spec']>({ outboundTrafficPolicy: { mode: 'DENY_ALL' } });

// An unknown field is an error.
// @ts-expect-error
expect<HttpRetry>({ attempts: 2, perTry: '1s' });
// @ts-expect-error
virtualService(metadata, { hosts, routes: [] });

// Required fields are required.
// @ts-expect-error
destinationRule(metadata, { subsets: [] });
// @ts-expect-error
destinationRule(metadata, { host: 'web', subsets: [{ labels: { version: 'v1' } }] });
// @ts-expect-error
serviceEntry({ name: 'database' }, { hosts: ['db.example.com'] });

// A duration has a unit that Istio knows, and no blank.
// @ts-expect-error
expect<HttpRoute>({ timeout: '2 seconds' });
// @ts-expect-error
expect<HttpRetry>({ perTryTimeout: '2' });
// @ts-expect-error
expect<HttpRetry>({ perTryTimeout: 2 });
// @ts-expect-error
expect<OutlierDetection>({ interval: '1d' });
// @ts-expect-error
expect<OutlierDetection>({ baseEjectionTime: '' });
// @ts-expect-error
expect<CorsPolicy>({ maxAge: '1 h' });
// @ts-expect-error
expect<IstioDuration>('30m1h');

// A percent is whole and at most 100.
// @ts-expect-error
expect<OutlierDetection>({ maxEjectionPercent: 130 });
// @ts-expect-error
expect<OutlierDetection>({ minHealthPercent: -1 });
// @ts-expect-error
expect<WholePercent>(0.5);

// Of an exclusive choice there is one.
// @ts-expect-error
expect<StringMatch>({ exact: '/', prefix: '/items' });
// @ts-expect-error
expect<HttpMatch>({ headers: { cookie: { exact: 'a', regex: 'b' } } });
// @ts-expect-error
expect<LoadBalancer>({ simple: 'LEAST_REQUEST', consistentHash: { useSourceIp: true } });
// @ts-expect-error
expect<LoadBalancer>({ consistentHash: { useSourceIp: true, httpHeaderName: 'x-user' } });
// @ts-expect-error
expect<LoadBalancer>({ consistentHash: { useSourceIp: true, ringHash: {}, maglev: {} } });
// @ts-expect-error
expect<HttpFault>({ abort: { httpStatus: 503, grpcStatus: 'UNAVAILABLE' } });
// @ts-expect-error
expect<HttpFault>({ delay: { fixedDelay: '1s', exponentialDelay: '1s' } });
// @ts-expect-error
expect<HttpRedirect>({ port: 443, derivePort: 'FROM_REQUEST_PORT' });
// @ts-expect-error
authorizationPolicy(metadata, { selector: { matchLabels: { app: 'web' } }, targetRefs: [{ kind: 'Service', name: 'web' }] });
// @ts-expect-error
expect<ServiceEntry['spec']>({
  hosts: ['a.example.com'],
  workloadSelector: { labels: { app: 'a' } },
  endpoints: [{ address: '192.0.2.1' }],
});

// Nothing is changed once it is made.
const made = sidecar(metadata, { egress: [{ hosts: ['./*'] }] });
// @ts-expect-error
made.spec.egress = [];
