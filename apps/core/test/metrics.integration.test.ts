import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DocumentsApi, type StoredDocument, startDocumentsApi } from './documents-api.js';

let api: DocumentsApi;

beforeAll(async () => {
  api = await startDocumentsApi({ FAULTS: 'on', LOG_LEVEL: 'info' });
}, 90_000);

afterAll(() => api?.[Symbol.asyncDispose]());

const metricsOf = async (service: 'web' | 'core'): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${api.port[service]}/metrics`, { headers: { 'x-fault': `${service}=unavailable` } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
  return answer.text();
};

test('requests are measured by route and calls by method; no label contains a path, an id or a title', async () => {
  const title = 'a-title-to-keep-secret';
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'a-key-to-keep-secret' };
  const created = await fetch(`${api.url}/documents`, { method: 'POST', headers, body: JSON.stringify({ title, body: '' }) });
  const { id } = (await created.json()) as StoredDocument;
  await fetch(`${api.url}/documents/${id}?q=${title}`);
  await fetch(`${api.url}/documents/${id}`, { method: 'DELETE' });
  await fetch(`${api.url}/documents/${id}`);
  await fetch(`${api.url}/nowhere/${title}`);

  const web = await metricsOf('web');
  expect(web).toContain('http_request_duration_seconds_count{method="POST",route="/documents",status="201"} 1\n');
  expect(web).toContain('http_request_duration_seconds_count{method="GET",route="/documents/:id",status="200"} 1\n');
  expect(web).toContain('http_request_duration_seconds_count{method="GET",route="/documents/:id",status="404"} 1\n');
  expect(web).toContain('http_request_duration_seconds_count{method="GET",route="none",status="404"} 1\n');
  const core = await metricsOf('core');
  expect(core).toContain('grpc_server_call_duration_seconds_count{method="documents.v1.Documents/Create",status="OK"} 1\n');
  expect(core).toContain('grpc_server_call_duration_seconds_count{method="documents.v1.Documents/Get",status="NOT_FOUND"} 1\n');
  expect(core).toMatch(/^pg_pool_connections\{state="idle"\} [1-9]/m);
  expect(core).toMatch(/^pg_pool_connections\{state="waiting"\} 0$/m);
  for (const text of [web, core]) {
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    for (const secret of [id, title, 'nowhere', 'to-keep-secret', '/metrics', '/readyz']) expect(text).not.toContain(secret);
  }
});

test('a call whose bytes are no message is INVALID_ARGUMENT to its caller, in the metrics and in the log', async () => {
  const client = new Client(`127.0.0.1:${api.port.grpc}`, credentials.createInsecure());
  const same = (bytes: Buffer) => bytes;
  const error = await new Promise<ServiceError | null>((resolve) =>
    client.makeUnaryRequest('/path.v1.Path/Get', same, same, Buffer.of(0xff), resolve),
  );
  client.close();
  expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'the request is not a message of this method' });
  expect(await metricsOf('core')).toContain(
    'grpc_server_call_duration_seconds_count{method="path.v1.Path/Get",status="INVALID_ARGUMENT"} 1\n',
  );
  const line = await until('the line of the call', () => api.logs.core().find(({ method }) => method === 'path.v1.Path/Get'));
  expect(line).toMatchObject({ level: 'info', status: 'INVALID_ARGUMENT' });
});

test('no service logs requests for its metrics', async () => {
  await metricsOf('web');
  await metricsOf('core');
  expect(api.output()).not.toContain('/metrics');
});
