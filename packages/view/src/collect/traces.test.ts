import { expect, it } from 'vitest';
import { Traces } from './traces.ts';

const TRACE = 'a'.repeat(32);
const at = (milliseconds: number): string => `${BigInt(milliseconds) * 1_000_000n}`;
const otlp = (...spans: object[]): string => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const span = (id: number, more: object = {}): object => ({
  ...{ traceId: TRACE, spanId: String(id).padStart(16, '0'), name: 'GET /path', kind: 2, status: {} },
  ...{ startTimeUnixNano: at(1_000_000_000_000 + id), endTimeUnixNano: at(1_000_000_000_005 + id) },
  attributes: [{ key: 'request.id', value: { stringValue: 'r-1' } }],
  ...more,
});
const WEB = { service: 'web', version: 'v1' };
const CORE = { service: 'core', version: 'v1' };

it('joins the spans of all services by trace, and finds them by request id', () => {
  const traces = new Traces();
  traces.add(otlp(span(2, { kind: 3, attributes: [], parentSpanId: '1'.padStart(16, '0') })), WEB); // its batch may come first
  traces.add(otlp(span(3, { attributes: [{ key: 'request.attempt', value: { intValue: 2 } }, { key: 'rpc.status_code', value: { stringValue: 'OK' } }] })), CORE); // biome-ignore format: one span
  traces.add(otlp(span(1)), WEB);
  expect(traces.spansOf('r-1')).toEqual([
    { ...WEB, id: '0000000000000001', kind: 'server', name: 'GET /path', startedAt: 1_000_000_000_001, milliseconds: 5 },
    { ...WEB, id: '0000000000000002', parent: '0000000000000001', kind: 'client', name: 'GET /path', startedAt: 1_000_000_000_002, milliseconds: 5 }, // biome-ignore format: one span
    { ...CORE, id: '0000000000000003', kind: 'server', name: 'GET /path', startedAt: 1_000_000_000_003, milliseconds: 5, status: 'OK', attempt: 2 }, // biome-ignore format: one span
  ]);
  expect(traces.newest(5).map(({ requestId }) => requestId)).toEqual(['r-1']);
  expect(traces.spansOf('another')).toEqual([]);
});

it('takes the service from the connection, whatever the spans claim', () => {
  const traces = new Traces();
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'postgres' } }] };
  traces.add(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span(1)] }] }] }), CORE);
  expect(traces.spansOf('r-1')).toMatchObject([{ service: 'core' }]);
});

it('keeps a bounded number of traces, spans and characters', () => {
  const traces = new Traces();
  for (let index = 0; index < 2_000; index++) {
    const id = String(index).padStart(32, '0');
    traces.add(otlp(span(index + 1, { traceId: id, attributes: [{ key: 'request.id', value: { stringValue: `r-${index}` } }] })), WEB);
  }
  expect(traces.newest(5_000)).toHaveLength(500);
  expect(traces.spansOf('r-0')).toEqual([]);
  expect(traces.newest(1)).toMatchObject([{ requestId: 'r-1999' }]);
  traces.add(otlp(...Array.from({ length: 1_000 }, (_, index) => span(index + 1, { name: 'n'.repeat(10_000) }))), WEB);
  expect(traces.spansOf('r-1')).toHaveLength(64);
  expect(traces.spansOf('r-1')[0]?.name).toHaveLength(120);
});

it.each([
  'no JSON',
  '{}',
  'null',
  otlp({ ...span(1), traceId: '__proto__' }),
  otlp({ ...span(1), startTimeUnixNano: '-1' }),
  otlp({ ...span(1), attributes: 'none' }).replace(TRACE, 'short'),
])('leaves out what is no OTLP: %s', (text) => {
  const traces = new Traces();
  traces.add(text, WEB);
  expect(traces.newest(5)).toEqual([]);
});
