import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import * as consumers from 'node:stream/consumers';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startScriptedCore } from './scripted-core.js';
import { createWebApp, type WebApp } from './web-app.js';

const id = '0198c5a0-0000-7000-8000-000000000000';

let core: Awaited<ReturnType<typeof startScriptedCore>>;
let web: WebApp;
let url: string;

beforeAll(async () => {
  core = await startScriptedCore();
  web = await createWebApp(core.address);
  await web.listen();
  url = web.url;
});

afterAll(async () => {
  await web?.app.close();
  core?.stop();
});

beforeEach(() => {
  core.script.calls = [];
  core.script.answer = () => ({});
});

/** The answer of web to these bytes before it closes the connection. */
async function overSocket(text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The answer to any method, also to those that fetch refuses to send. */
async function answerTo(method: string, path: string, { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {}) {
  const request = httpRequest(`${url}${path}`, { method, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await consumers.text(response) };
}

const post = (body: string) =>
  fetch(`${url}/documents`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1' }, body });

test('every answer names the version that served it, also an error', async () => {
  core.script.answer = () => {
    throw { code: status.INTERNAL, details: 'details of core' };
  };
  const answers = await Promise.all([
    fetch(`${url}/healthz`),
    fetch(`${url}/no/such/route`),
    fetch(`${url}/documents/${id}`),
    post('{'),
    post('x'.repeat(600_000)),
  ]);
  expect(answers.map(({ status, headers }) => [status, headers.get('x-served-by')])).toEqual(
    [200, 404, 502, 400, 413].map((code) => [code, 'web/v1']),
  );
});

test.each([
  ['PATCH', `/documents/${id}`, 'DELETE, GET, HEAD, PUT'],
  ['POST', `/documents/${id}?x=1`, 'DELETE, GET, HEAD, PUT'],
  ['PUT', '/documents', 'GET, HEAD, POST'],
  ['DELETE', '/documents', 'GET, HEAD, POST'],
  ['POST', '/path', 'GET, HEAD'],
  ['DELETE', '/healthz', 'GET, HEAD'],
  ['PROPFIND', '/openapi.json', 'GET, HEAD'],
])('%s of %s is a 405 problem with Allow', async (method, path, allow) => {
  const body = ['POST', 'PUT'].includes(method) ? { body: '{', headers: { 'content-type': 'application/json' } } : {};
  const { status, headers, text } = await answerTo(method, path, body);
  expect([status, headers['content-type'], headers.allow, headers['x-served-by']]).toEqual([
    405,
    'application/problem+json',
    allow,
    'web/v1',
  ]);
  expect(JSON.parse(text)).toMatchObject({ status: 405, requestId: headers['x-request-id'], detail: `the method must be one of ${allow}` });
  expect(core.script.calls).toEqual([]);
});

test.each([
  ['PATCH', '/no/such/route'],
  ['POST', `/documents/${id}/x`],
  ['PUT', '/document'],
])('%s of %s, a path without any method, stays a 404', async (method, path) => {
  expect(await answerTo(method, path)).toMatchObject({ status: 404 });
});

test.each([
  ['/documents/%ff', 400],
  ['/documents/%', 400],
  [`/documents/${'x'.repeat(200)}`, 414],
  ['/no/such/route', 404],
])('%s is a problem document with the request id', async (path, expected) => {
  const response = await fetch(`${url}${path}`, { headers: { 'x-request-id': 'r-1' } });
  const { headers } = response;
  expect([response.status, headers.get('content-type'), headers.get('x-request-id'), headers.get('x-served-by')]).toEqual([
    expected,
    'application/problem+json',
    'r-1',
    'web/v1',
  ]);
  expect(await response.json()).toMatchObject({ status: expected, requestId: 'r-1' });
});

test.each([
  ['no HTTP', 'nonsense\r\n\r\n', 400],
  ['a header without an end', `GET /documents HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['a body of two lengths', 'POST /documents HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 400],
  ['a request without Host', 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['an unknown expectation', 'GET /no/such/route HTTP/1.1\r\nhost: x\r\nexpect: nonsense\r\nconnection: close\r\n\r\n', 404],
])('%s is a problem document with a request id', async (_, text, expected) => {
  const answer = await overSocket(text);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${expected} `));
  expect(head).toMatch(/^content-type: application\/problem\+json$/im);
  expect(head).toMatch(/^x-served-by: web\/v1$/im);
  expect(JSON.parse(body)).toMatchObject({ status: expected, requestId: /^x-request-id: (.+)$/im.exec(head)?.[1] });
});

test('web is ready whatever becomes of core', async () => {
  core.script.answer = () => {
    throw { code: status.UNAVAILABLE, details: 'details of core' };
  };
  const response = await fetch(`${url}/readyz`);
  expect([response.status, await response.json()]).toEqual([200, { ready: true, checks: { draining: 'ok' } }]);
});

test('an idle connection outlives the one hour for which a proxy keeps it', () => {
  expect(web.app.getHttpServer().keepAliveTimeout).toBeGreaterThan(3_600_000);
});
