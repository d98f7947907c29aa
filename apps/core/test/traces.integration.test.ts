import { fileURLToPath } from 'node:url';
import {
  type CollectedSpan,
  freePort,
  type RunningService,
  startService,
  startTraceCollector,
  type TraceCollector,
  until,
} from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DocumentsApi, startDocumentsApi } from './documents-api.js';

const previewMain = fileURLToPath(new URL('../../preview/dist/main.js', import.meta.url));
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SECRETS = ['to-keep-secret'];

describe('where a collector is configured', () => {
  let collector: TraceCollector;
  let api: DocumentsApi;
  let preview: RunningService;
  let url: string;

  beforeAll(async () => {
    collector = await startTraceCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/`, LOG_LEVEL: 'info', FAULTS: 'on' };
    api = await startDocumentsApi(env);
    const PORT = String(await freePort());
    preview = startService(previewMain, { ...env, PORT, SERVICE_VERSION: 'v1', WEB_URL: api.url, WEB_TIMEOUT_MS: '20000', DRAIN_MS: '0' });
    url = `http://127.0.0.1:${PORT}`;
    await until('preview', async () => (await fetch(`${url}/readyz`)).ok, 30_000);
  }, 90_000);

  afterAll(async () => {
    await preview?.[Symbol.asyncDispose]();
    await api?.[Symbol.asyncDispose]();
    await collector?.[Symbol.asyncDispose]();
  });

  const spansOf = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);
  const childOf = ({ spanId }: CollectedSpan) => collector.spans.filter(({ parentSpanId }) => parentSpanId === spanId);
  const post = (headers: Record<string, string>, title: string = SECRETS[0] ?? '') =>
    fetch(`${url}/api/documents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${title}-${crypto.randomUUID()}`, ...headers },
      body: JSON.stringify({ title, body: title }),
    });

  /** The spans of a trace from the first to the last, where each has one child. */
  function chainFrom(first: CollectedSpan | undefined): CollectedSpan[] {
    if (!first) return [];
    const [child] = childOf(first);
    return [first, ...chainFrom(child)];
  }

  test('a write is one trace from preview through web and core to Postgres, each span the child of the one before', async () => {
    const parent = 'b7ad6b7169203331';
    const answer = await post({ traceparent: `00-${TRACE_ID}-${parent}-01`, tracestate: 'vendor=opaque', 'x-request-id': 'trace-1' });
    expect(answer.status).toBe(201);
    await until('six spans', () => spansOf(TRACE_ID).length === 6);
    const chain = chainFrom(spansOf(TRACE_ID).find(({ parentSpanId }) => parentSpanId === parent));
    const method = 'documents.v1.Documents/Create';
    const http = { 'http.request.method': 'POST', 'http.response.status_code': 201 };
    const rpc = { 'rpc.system.name': 'grpc', 'rpc.method': method, 'rpc.status_code': 'OK' };
    const web = new URL(api.url);
    expect(chain).toEqual([
      like('preview', 'server', 'POST /api/documents', {
        ...http,
        'http.route': '/api/documents',
        'url.path': '/api/documents',
        'url.scheme': 'http',
      }),
      like('preview', 'client', 'POST', {
        ...http,
        'url.full': `${api.url}/documents`,
        'server.address': web.hostname,
        'server.port': Number(web.port),
      }),
      like('web', 'server', 'POST /documents', { ...http, 'http.route': '/documents', 'url.path': '/documents', 'url.scheme': 'http' }),
      like('web', 'client', method, rpc),
      like('core', 'server', method, rpc),
      like('core', 'client', 'documents.create', {
        'db.system.name': 'postgresql',
        'db.namespace': 'documents',
        'db.operation.name': 'INSERT',
        'db.query.summary': 'documents.create',
        'server.address': '127.0.0.1',
        'server.port': expect.any(Number),
      }),
    ]);
    const logs = await until('the line of each service', () => {
      const lines = [preview.logs, api.logs.web, api.logs.core].map((of) => of().find(({ requestId }) => requestId === 'trace-1'));
      return lines.every(Boolean) ? lines : undefined;
    });
    expect(logs.map((line) => line?.traceId)).toEqual([TRACE_ID, TRACE_ID, TRACE_ID]);
  });

  const like = (service: string, kind: string, name: string, attributes: object) => ({
    ...{ service, kind, name, attributes, failed: false, traceId: TRACE_ID, traceState: 'vendor=opaque' },
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    parentSpanId: expect.stringMatching(/^[0-9a-f]{16}$/),
  });

  test('a request without a trace begins one, which its logs name too', async () => {
    await post({ 'x-request-id': 'trace-2', traceparent: 'nonsense', tracestate: 'of=another' });
    const line = await until('the line of core', () => api.logs.core().find(({ requestId }) => requestId === 'trace-2'));
    const spans = await until('six spans', () => (spansOf(String(line.traceId)).length === 6 ? spansOf(String(line.traceId)) : undefined));
    const [first] = spans.filter(({ parentSpanId }) => parentSpanId === '');
    expect(chainFrom(first)).toHaveLength(6);
    expect(spans.map(({ traceState }) => traceState)).toEqual(Array(6).fill(''));
    expect(preview.logs().find(({ requestId }) => requestId === 'trace-2')).toMatchObject({ traceId: line.traceId });
  });

  test('twenty concurrent requests are twenty traces, and no trace contains a span of another', async () => {
    const traceIds = Array.from({ length: 20 }, () => crypto.randomUUID().replaceAll('-', ''));
    await Promise.all(traceIds.map((traceId) => post({ traceparent: `00-${traceId}-b7ad6b7169203331-01` })));
    for (const traceId of traceIds) {
      await until('six spans', () => spansOf(traceId).length === 6);
      expect(chainFrom(spansOf(traceId).find(({ parentSpanId }) => parentSpanId === 'b7ad6b7169203331'))).toHaveLength(6);
    }
  });

  test('a failure is recorded where it happened: a 404 is no failure of a server, a 503 is one', async () => {
    const [missing, fault] = ['1'.repeat(32), '2'.repeat(32)];
    await fetch(`${url}/api/documents/0198c5a0-0000-7000-8000-000000000000?q=${SECRETS[0]}`, {
      headers: { traceparent: `00-${missing}-${'1'.repeat(16)}-01` },
    });
    await post({ traceparent: `00-${fault}-${'1'.repeat(16)}-01`, 'x-fault': 'core=unavailable' });
    await until('six spans and five', () => spansOf(missing).length === 6 && spansOf(fault).length === 5);
    const failures = (traceId: string) =>
      Object.fromEntries(
        spansOf(traceId).map(({ service, kind, failed, attributes }) => [`${service} ${kind}`, failed && attributes['error.type']]),
      );
    expect(failures(missing)).toEqual({
      'preview server': false,
      'preview client': '404',
      'web server': false,
      'web client': 'NOT_FOUND',
      'core server': false,
      'core client': false,
    });
    expect(failures(fault)).toEqual({
      'preview server': '503',
      'preview client': '503',
      'web server': '503',
      'web client': 'UNAVAILABLE',
      'core server': 'UNAVAILABLE',
    });
  });

  test('a call without an answer is a failure of the caller’s span', async () => {
    const traceId = '3'.repeat(32);
    const headers = {
      traceparent: `00-${traceId}-${'1'.repeat(16)}-01`,
      'x-envoy-expected-rq-timeout-ms': '50',
      'x-fault': 'web=delay:1s',
    };
    expect((await fetch(`${url}/api/documents`, { headers })).status).toBe(504);
    await until('both spans of preview', () => spansOf(traceId).filter(({ service }) => service === 'preview').length === 2);
    expect(spansOf(traceId).find(({ service, kind }) => service === 'preview' && kind === 'client')).toMatchObject({
      failed: true,
      attributes: { 'error.type': 'TimeoutError' },
    });
  });

  test('what the caller does not sample is not exported, and stays unsampled on its way', async () => {
    const [unsampled, sampled] = ['4'.repeat(32), '5'.repeat(32)];
    expect((await post({ traceparent: `00-${unsampled}-${'1'.repeat(16)}-00` })).status).toBe(201);
    expect((await post({ traceparent: `00-${sampled}-${'1'.repeat(16)}-01` })).status).toBe(201);
    await until('the sampled one', () => spansOf(sampled).length === 6);
    expect(spansOf(unsampled)).toEqual([]);
  });

  test('no span contains text of a user, and requests of the operator are not traced', () => {
    const text = JSON.stringify(collector.spans);
    for (const secret of [...SECRETS, 'readyz', 'ping', 'metrics']) expect(text).not.toContain(secret);
  });
});
