import { expect, test } from 'vitest';
import { parseAccessEntry } from './access-entry.ts';

const web = { service: 'web', version: 'v1', pod: 'web-v1-1' };
/** A line as Envoy writes it. */
const line = (fields: object): string =>
  JSON.stringify({ time: '2026-11-25T14:03:05.120Z', request_id: 'r-1', method: 'GET', path: '/path', authority: 'web:8080', ...fields });

test('a call to another service names its caller’s proxy, the callee, its subset and port', () => {
  const text = line({
    status: 503,
    flags: 'URX,UF',
    attempts: 3,
    duration_ms: 612,
    cluster: 'outbound|9090|v1|core.platform.svc.cluster.local',
    details: 'upstream_reset_before_response_started{connection_failure}',
    grpc_status: 'UNAVAILABLE',
    caller: null,
  });
  expect(parseAccessEntry(text, web)).toMatchObject({
    ...web,
    time: Date.parse('2026-11-25T14:03:05.120Z'),
    direction: 'outbound',
    requestId: 'r-1',
    status: 503,
    flags: ['URX', 'UF'],
    attempts: 3,
    durationMs: 612,
    callee: { service: 'core', subset: 'v1', port: '9090' },
    grpcStatus: 'UNAVAILABLE',
    caller: undefined,
  });
});

test.each([
  ['a call to the pod', { flags: '-', cluster: 'inbound|8080||' }, web, 'inbound'],
  ['a call that its own proxy knows no callee for', { flags: '-', cluster: null, route: 'block_all' }, web, 'outbound'],
  ['a connection to nowhere', { flags: 'UH', cluster: 'BlackHoleCluster' }, web, 'outbound'],
  ['a connection that the listener refused', { flags: 'NR', cluster: null, details: 'filter_chain_not_found' }, web, 'inbound'],
  ['a request that the gateway has no route for', { flags: 'NR', cluster: null }, { ...web, service: 'gateway' }, 'outbound'],
])('%s', (_, fields, writer, direction) => {
  expect(parseAccessEntry(line(fields), writer)).toMatchObject({ direction, callee: undefined });
});

test('reads fields that Envoy does not know as empty: null and a dash', () => {
  const text = line({ flags: '-', details: '-', failure: null, request_id: null, status: 0, cluster: 'inbound|5432||', method: null });
  expect(parseAccessEntry(text, web)).toMatchObject({
    flags: [],
    details: '',
    failure: '',
    requestId: undefined,
    method: '',
    attempts: 0,
    status: 0,
  });
});

test.each([
  '',
  'plain text',
  '{"level":"info","msg":"no access log"}',
  '{"time":"2026-11-25T14:03:05.120Z","flags":"-"',
  '{"flags":"-","time":"yesterday"}',
  '[2026-11-25 14:03:05.120][18][warning][config] gRPC config stream closed',
])('%j is no line of an access log', (text) => {
  expect(parseAccessEntry(text, web)).toBeUndefined();
});
