import { expect, test } from 'vitest';
import { type AccessEntry, parseAccessEntry } from './access-entry.ts';
import { explain } from './explain.ts';

const toCore = 'outbound|9090|v1|core.platform.svc.cluster.local';
const TO_SELF = 'inbound|8080||';
const base = {
  time: '2026-11-25T14:03:05.120Z',
  request_id: 'r',
  method: 'GET',
  path: '/p',
  authority: 'core:9090',
  status: 503,
  flags: '-',
};

function entry(fields: object, service = 'web'): AccessEntry {
  const parsed = parseAccessEntry(JSON.stringify({ ...base, ...fields }), { service, version: 'v1', pod: `${service}-v1-1` });
  if (!parsed) throw new Error('no entry');
  return parsed;
}

test.each<[string, object, string, string, RegExp]>([
  [
    'DENIED',
    { status: 403, cluster: TO_SELF, details: 'rbac_access_denied_matched_policy[none]', caller: 'spiffe://cluster.local/ns/shop/sa/cart' },
    'web',
    'web refused GET /p: no AuthorizationPolicy of it allows cart of shop to do that',
    /under calls of cart, web, in platform\.mesh\.ts/,
  ],
  [
    'DENIED',
    { method: null, status: 0, cluster: 'inbound|5432||', termination: 'rbac_access_denied_matched_policy[none]' },
    'postgres',
    'postgres refused the connection: no AuthorizationPolicy of it allows a caller without a mesh identity to do that',
    /under calls of the caller, postgres,/,
  ],
  [
    'UNKNOWN CALLEE',
    { status: 502, cluster: null, route: 'block_all', details: 'direct_response', authority: 'postgres:5432' },
    'web',
    "web's own proxy knows no postgres:5432: its Sidecar does not list it",
    /connect web CALLEE/,
  ],
  [
    'UNKNOWN CALLEE',
    { method: null, authority: null, status: 0, flags: 'UH', cluster: 'BlackHoleCluster', destination: '10.96.1.2:5432' },
    'web',
    "web's own proxy knows no 10.96.1.2:5432: its Sidecar does not list it",
    /connect web CALLEE/,
  ],
  [
    'PLAINTEXT',
    { method: null, status: 0, flags: 'NR', cluster: null, details: 'filter_chain_not_found' },
    'web',
    'web closed a connection that was not mutual TLS of the mesh',
    /sidecar/,
  ],
  [
    'UF',
    { flags: 'UF,URX', cluster: toCore, failure: 'TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED' },
    'web',
    'web ended the connection: the certificate of core v1 has an identity that does not match its name',
    /subjectAltNames/,
  ],
  [
    'UF',
    { flags: 'UF', cluster: toCore, failure: 'delayed_connect_error:_Connection_refused' },
    'web',
    'web could not connect to core v1: delayed connect error: connection refused',
    /logs core/,
  ],
  [
    'UF',
    { flags: 'UF', cluster: TO_SELF, failure: 'delayed_connect_error:_111' },
    'web',
    'the proxy of web could not reach the application container: delayed connect error: 111',
    /logs web/,
  ],
  [
    'UH',
    { flags: 'UH', cluster: toCore },
    'web',
    'no pod of core v1 could take the call: none is ready, or all were put out for their errors',
    /status/,
  ],
  ['UO', { flags: 'UO', cluster: toCore }, 'web', 'web held the call back: the connection pool to core v1 is full', /connectionPool/],
  ['NC', { flags: 'NC', cluster: null, route: 'x' }, 'web', "the route leads to a subset or host that web's proxy does not have", /subset/],
  ['NR', { status: 404, flags: 'NR', cluster: null }, 'gateway', 'gateway has no route for GET /p at core:9090', /VirtualService/],
  [
    'UT',
    { status: 504, flags: 'UT', cluster: toCore, duration_ms: 2_001 },
    'web',
    'core v1 did not answer within the 2001 ms that the call was given',
    /raise the timeout/,
  ],
  [
    'UT',
    { flags: 'URX', details: 'upstream_per_try_timeout', cluster: toCore, duration_ms: 1_900 },
    'web',
    'core v1 did not answer within the 1900 ms that the call was given',
    /logs core/,
  ],
  [
    'UT',
    { status: 200, grpc_status: 'DEADLINE_EXCEEDED', cluster: toCore, duration_ms: 1_837 },
    'web',
    'core v1 did not answer within the 1837 ms that the call was given',
    /logs core/,
  ],
  [
    'URX',
    { flags: 'URX', details: 'via_upstream', cluster: toCore, attempts: 3 },
    'web',
    'web asked core v1 3 times, and each attempt failed: its retries are used up',
    /logs core/,
  ],
  ['UC', { flags: 'UC', cluster: toCore }, 'web', 'core v1 closed the connection before it had answered', /keep-alive/],
  ['UC', { flags: 'UC', cluster: TO_SELF }, 'web', 'the program of web closed the connection before it had answered', /logs web/],
  [
    'DC',
    { status: 0, flags: 'DC', cluster: TO_SELF, duration_ms: 40 },
    'web',
    'the caller of web left after 40 ms, before the answer was complete',
    /timed out/,
  ],
  ['PROTOCOL', { status: 400, flags: 'DPE', cluster: null }, 'web', 'the caller of web sent what is no valid HTTP', /name of the port/],
  ['LR', { flags: 'LR', details: 'x', cluster: toCore }, 'web', 'the proxy of web ended GET /p itself (LR, x)', /istio-proxy/],
  ['FAULT', { flags: 'FI', cluster: toCore }, 'web', 'a VirtualService of core v1 injects faults on purpose', /fault/],
  [
    'ANSWERED',
    { status: 200, grpc_status: 'UNAVAILABLE', cluster: TO_SELF },
    'core',
    'the program of core answered UNAVAILABLE',
    /logs core/,
  ],
  [
    'UC',
    { method: 'POST', flags: 'UC', cluster: TO_SELF },
    'web',
    'the program of web closed the connection before it had answered',
    /body may be so far above the limit of the service that it stopped reading, or its keep-alive/,
  ],
  [
    'TOO LARGE',
    { status: 413, method: 'POST', details: 'via_upstream', cluster: TO_SELF },
    'web',
    'web refused POST /p: its body is larger than web takes',
    /bodyLimit/,
  ],
  [
    'TOO LARGE',
    { status: 413, method: 'POST', details: 'via_upstream', cluster: 'outbound|8080|v1|preview.platform.svc.cluster.local' },
    'gateway',
    'preview v1 refused POST /p: its body is larger than preview v1 takes',
    /bodyLimit/,
  ],
  [
    'TOO LARGE',
    { status: 413, method: 'POST', details: 'request_payload_too_large', cluster: null, route: 'r' },
    'gateway',
    'gateway refused POST /p: its body is larger than gateway takes',
    /limit of gateway/,
  ],
  [
    'TOO SLOW',
    { status: 408, method: 'POST', details: 'via_upstream', cluster: TO_SELF, duration_ms: 10_400 },
    'web',
    'web ended POST /p: it had not arrived after 10400 ms',
    /limits/,
  ],
  ['ANSWERED', { status: 500, details: 'via_upstream', cluster: TO_SELF }, 'web', 'the program of web answered 500', /logs web/],
])('%s of %j, seen by %s', (code, fields, service, message, hint) => {
  expect(explain(entry(fields, service))).toEqual({ code, message, hint: expect.stringMatching(hint) });
});

test.each([
  ['an answer', { status: 200, cluster: TO_SELF }],
  ['an answer that is no', { status: 404, cluster: TO_SELF }],
  ['a refusal of the program itself', { status: 403, details: 'via_upstream', cluster: TO_SELF }],
  ['a gRPC answer that is no', { status: 200, grpc_status: 'NOT_FOUND', cluster: TO_SELF }],
  ['an answer 503 as its caller saw it: the callee explains it', { status: 503, details: 'via_upstream', cluster: toCore }],
])('%s needs no explanation', (_, fields) => {
  expect(explain(entry(fields))).toBeUndefined();
});
