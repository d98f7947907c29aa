import { expect, test } from 'vitest';
import { type AccessEntry, parseAccessEntry } from './access-entry.ts';
import { FailureCollector } from './failure-collector.ts';
import { findFailures } from './failures.ts';
import { parseServiceLine, type ServiceLine } from './service-line.ts';

const START = '2026-11-25T14:03:05.120Z';

function entry(service: string, fields: object): AccessEntry {
  const all = { time: START, request_id: 'r-1', method: 'GET', path: '/api/path', status: 200, flags: '-', duration_ms: 5, ...fields };
  const parsed = parseAccessEntry(JSON.stringify(all), { service, version: 'v1', pod: `${service}-1` });
  if (!parsed) throw new Error('no entry');
  return parsed;
}
const to = (callee: string) => ({ cluster: `outbound|8080|v1|${callee}.platform.svc.cluster.local`, attempts: 1 });
const inbound = { cluster: 'inbound|8080||' };
const wrote = (service: string, requestId: string, msg: string): ServiceLine =>
  parseServiceLine(
    { time: START, text: JSON.stringify({ level: 'warn', requestId, msg }) },
    { service, version: 'v1', pod: `${service}-1` },
  );

/** A request through gateway, preview, web and core, in no order. */
const travel = (seen: Readonly<Record<string, object>>): AccessEntry[] =>
  [
    ['core answers', 'core', inbound],
    ['web → core', 'web', to('core')],
    ['gateway → preview', 'gateway', to('preview')],
    ['preview answers', 'preview', inbound],
    ['web answers', 'web', inbound],
    ['preview → web', 'preview', to('web')],
  ].map(([name, service, fields]) => entry(service as string, { ...(fields as object), ...seen[name as string] }));

test('reports no failure for a successful request', () => {
  expect(findFailures(travel({}), [wrote('core', 'r-1', 'call')])).toEqual([]);
});

test('a failed request shows its hops in the order of travel, the cause furthest downstream and the lines of the services', () => {
  const failed = { status: 503 };
  const entries = travel({
    'gateway → preview': { ...failed, duration_ms: 90 },
    'preview answers': failed,
    'preview → web': failed,
    'web answers': failed,
    'web → core': { flags: 'URX', attempts: 3, details: 'via_upstream', grpc_status: 'UNAVAILABLE' },
    'core answers': { grpc_status: 'UNAVAILABLE' },
  });
  const lines = [wrote('core', 'r-1', 'an injected fault strikes'), wrote('core', 'r-2', 'of another request')];
  const [failure, ...more] = findFailures(entries, lines);
  expect(more).toEqual([]);
  expect(failure).toMatchObject({
    requestId: 'r-1',
    what: 'GET /api/path',
    status: 503,
    durationMs: 90,
    recovered: false,
    cause: { code: 'ANSWERED', service: 'core', message: 'the program of core answered UNAVAILABLE' },
  });
  expect(failure?.hops.map(({ service, direction }) => `${service} ${direction}`)).toEqual([
    'gateway outbound',
    'preview inbound',
    'preview outbound',
    'web inbound',
    'web outbound',
    'core inbound',
  ]);
  expect(failure?.lines.map(({ message }) => message)).toEqual(['an injected fault strikes']);
});

test('a request that the mesh retried until it was answered has recovered', () => {
  const entries = [
    ...travel({ 'web → core': { attempts: 2 } }),
    entry('core', { ...inbound, time: '2026-11-25T14:03:05.100Z', grpc_status: 'UNAVAILABLE' }),
  ];
  expect(findFailures(entries, [])).toMatchObject([{ recovered: true, status: 200, cause: { code: 'ANSWERED', service: 'core' } }]);
});

test('where the callee has no entry, the failure is the retry itself', () => {
  expect(findFailures(travel({ 'web → core': { attempts: 2 } }), [])).toMatchObject([
    { recovered: true, cause: { code: 'REPEATED', service: 'web', message: 'web asked core 2 times' } },
  ]);
});

test('a callee whose caller stopped waiting is not the cause: its caller is', () => {
  const entries = travel({
    'gateway → preview': { status: 504 },
    'web → core': { grpc_status: 'DEADLINE_EXCEEDED', attempts: 2, duration_ms: 1_200 },
    'core answers': { status: 0, flags: 'DR', duration_ms: 599 },
  });
  expect(findFailures(entries, [])).toMatchObject([{ status: 504, recovered: false, cause: { code: 'UT', service: 'web' } }]);
});

test('a caller that left is the cause where nothing else failed', () => {
  expect(findFailures(travel({ 'gateway → preview': { status: 0, flags: 'DC' } }), [])).toMatchObject([
    { status: 0, recovered: false, cause: { code: 'DC', service: 'gateway' } },
  ]);
});

test('a request that a policy denied has not recovered', () => {
  const denied = { status: 403, details: 'rbac_access_denied_matched_policy[none]' };
  const entries = [entry('gateway', { ...to('preview'), status: 403 }), entry('preview', { ...inbound, ...denied })];
  expect(findFailures(entries, [])).toMatchObject([{ status: 403, recovered: false, cause: { code: 'DENIED', service: 'preview' } }]);
});

test('connections have no id: those that failed alike are one, with their number', () => {
  const refused = { request_id: null, method: null, path: null, status: 0, flags: 'UF', cluster: to('postgres').cluster };
  const failures = findFailures([entry('core', refused), entry('core', refused), entry('web', { ...refused, flags: 'UH' })], []);
  expect(failures.map(({ what, count }) => [what, count])).toEqual([
    ['core → postgres', 2],
    ['web → postgres', 1],
  ]);
});

test('services that call each other in a circle are put into some order', () => {
  const failed = { status: 503, flags: 'UH' };
  expect(findFailures([entry('a', { ...to('b'), ...failed }), entry('b', { ...to('a'), ...failed })], [])).toHaveLength(1);
});

test('failures are sorted from the oldest to the newest', () => {
  const at = (id: string, time: string) => entry('web', { ...to('core'), request_id: id, time, flags: 'UH' });
  const failures = findFailures([at('late', '2026-11-25T14:03:06Z'), at('early', '2026-11-25T14:03:04Z')], []);
  expect(failures.map(({ requestId }) => requestId)).toEqual(['early', 'late']);
});

test('while lines are followed, a request is reported once, when no line of it has come for a moment', () => {
  const collector = new FailureCollector();
  collector.addEntry(entry('web', { ...to('core'), flags: 'UH' }), 0);
  expect(collector.take(500)).toEqual([]);
  collector.addLine(wrote('web', 'r-1', 'late'), 900);
  expect(collector.take(1_500)).toEqual([]);
  expect(collector.take(2_000)).toMatchObject([{ requestId: 'r-1', lines: [{ message: 'late' }] }]);
  expect(collector.take(Number.POSITIVE_INFINITY)).toEqual([]);
});
