import { once } from 'node:events';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import { fuzz, mutatedText, mutatedValue } from '@mesh-platform/fuzz-kit';
import { LIMITS } from '@mesh-platform/service-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { answersOf, type RawAnswer } from './raw-answers.js';
import { startScriptedCore } from './scripted-core.js';
import { createWebApp, type WebApp } from './web-app.js';

const id = '0198c5a0-0000-7000-8000-000000000000';
const time = { seconds: 1_700_000_000, nanos: 0 };
const summary = { id, title: 't', revision: 1, createdAt: time, updatedAt: time };

let core: Awaited<ReturnType<typeof startScriptedCore>>;
let web: WebApp;
let port = 0;

beforeAll(async () => {
  core = await startScriptedCore();
  core.script.answer = ({ method, request }) => {
    core.script.calls = [];
    if (method === 'Path/Get') return { hops: [] };
    if (method === 'Documents/Delete') return {};
    if (method !== 'Documents/List') return { ...summary, body: 'b' };
    // Depends only on the request, so that an input repeats.
    if ((request as { cursor: string }).cursor.endsWith('b'))
      throw { code: status.INVALID_ARGUMENT, details: 'cursor: must be one that a page gave out' };
    return { items: [summary], next: 'cursor' };
  };
  web = await createWebApp(core.address);
  // An input ends with half of its connection: Node.js would end the other half before core answers.
  Object.assign(web.app.getHttpServer(), { httpAllowHalfOpen: true });
  await web.listen();
  port = Number(new URL(web.url).port);
});

afterAll(async () => {
  await web?.app.close();
  core?.stop();
});

const requestText = (method: string, target: string, headers: Readonly<Record<string, string>>, body?: string): string => {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body, 'latin1')) };
  const lines = Object.entries({ host: 'web', ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
};
/** Each character is a byte from here on. */
const bytesOf = (text: string): string => Buffer.from(text.toWellFormed()).toString('latin1');

const json = { 'content-type': 'application/json', 'idempotency-key': 'k-1', 'if-match': '"1"' };
const content = { title: 'a title', body: '# a body é🙂' };
const corpus = [
  requestText('POST', '/documents', json, bytesOf(JSON.stringify(content))),
  requestText('PUT', `/documents/${id}`, json, bytesOf(JSON.stringify(content))),
  requestText('GET', `/documents/${id}`, { 'if-none-match': 'W/"1"' }),
  requestText('HEAD', `/documents/${id}`, {}),
  requestText('DELETE', `/documents/${id}`, { 'if-match': '"1", "2"' }),
  requestText('GET', '/documents?limit=10&cursor=abc', { 'x-request-id': 'r-1' }),
  requestText('GET', '/openapi.json', {}) + requestText('GET', '/healthz', {}),
  requestText('GET', '/path', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }) +
    requestText('GET', '/documents', {}),
  `POST /documents HTTP/1.1\r\nhost: web\r\ncontent-type: application/json\r\nidempotency-key: k\r\ntransfer-encoding: chunked\r\n\r\n1c\r\n{"title":"a title","body":""}\r\n0\r\n\r\n`,
];
const tokens = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  ' ',
  '\0',
  ':',
  '%00',
  '%ff',
  '../',
  '//',
  '?',
  '#',
  '"',
  '{',
  '}',
  '[',
  ']',
  '\\ud800',
  '\\u0000',
  'content-length: 5\r\n',
  'transfer-encoding: chunked\r\n',
  'expect: 100-continue\r\n',
  'connection: close\r\n',
  'content-encoding: gzip\r\n',
  'content-type: text/plain\r\n',
  'x-fault: web=delay:9s\r\n',
  'upgrade: websocket\r\nconnection: upgrade\r\n',
  'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
  'HTTP/1.0',
  'HTTP/2.0',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'OPTIONS',
  'TRACE',
  'limit=',
  'cursor=b',
  '__proto__',
  'ffffffff\r\n',
  '0\r\n\r\n',
  'W/"',
  '*',
  '\u00ff',
];
const junk = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  '\u200b',
  'x'.repeat(201),
  '\ud800',
  'a\0b',
  [],
  {},
  { title: 't' },
  ['t'],
  'constructor',
  id,
];
const deep = fc.tuple(fc.constantFrom('[', '{"a":'), fc.integer({ min: 1, max: 30_000 })).map(([open, depth]) => open.repeat(depth));
const bodies = fc.oneof(
  { weight: 60, arbitrary: mutatedValue({ corpus: [content], junk, plain: true }).map((value) => bytesOf(JSON.stringify(value) ?? '')) },
  { weight: 30, arbitrary: mutatedText({ corpus: [bytesOf(JSON.stringify(content))], tokens }) },
  { weight: 3, arbitrary: deep },
  {
    weight: 3,
    arbitrary: fc.integer({ min: 500 * 1024, max: 700 * 1024 }).map((size) => JSON.stringify({ title: 't', body: 'x'.repeat(size) })),
  },
);
const targets = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('/documents', `/documents/${id}`) },
  {
    weight: 2,
    arbitrary: mutatedText({
      corpus: [`/documents/${id}`, '/documents?limit=1&cursor=abc'],
      tokens: ['%00', '%', '/', '..', '?', '&', '=', 'limit=0', 'é', "'", ';'],
      maxLength: 2_000,
    }).map((text) => bytesOf(text.replace(/[\s\0]/g, ''))),
  },
);
const wellFramed = fc
  .record({
    method: fc.constantFrom('POST', 'PUT', 'GET', 'DELETE', 'PATCH'),
    target: targets,
    body: bodies,
    tag: fc.constantFrom('"1"', '*', 'W/"1"', '1', '"', '"é"', ', ,'),
    key: fc.constantFrom('k-1', '', 'two words', 'x'.repeat(201)),
  })
  .map(({ method, target, body, tag, key }) =>
    requestText(method, target, { ...json, 'if-match': bytesOf(tag), 'idempotency-key': key }, body),
  );
const inputs = fc.oneof(wellFramed, mutatedText({ corpus, tokens }));

/** Longer than web waits for the rest of a body: Node.js ends one that was cut off at once, but not that of a request to upgrade. */
const SILENCE_MS = LIMITS.requestMs + 5 * LIMITS.checkMs;

/** The answers to what one connection sends before it closes its half. */
async function exchange(text: string): Promise<readonly RawAnswer[]> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`answers nothing within ${SILENCE_MS} ms`)));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.end(Buffer.from(text, 'latin1'));
  await once(socket, 'close').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error; // it answered before it read everything
  });
  return answersOf(Buffer.concat(chunks));
}

const REFUSALS = new Set([400, 404, 405, 408, 409, 412, 413, 414, 415, 428, 431]);

function expectOrderly({ status, headers, body }: RawAnswer): void {
  if (status < 400) return;
  if (!REFUSALS.has(status)) throw new Error(`answers ${status}: ${body.slice(0, 500)}`);
  if (headers.get('content-type') !== 'application/problem+json') throw new Error(`answers ${status} without a problem document`);
  if (/\n\s+at |node_modules|\.[jt]s:\d/.test(body)) throw new Error(`answers what shows the inside: ${body.slice(0, 500)}`);
  if (body === '') return; // of HEAD
  const problem = JSON.parse(Buffer.from(body, 'latin1').toString()) as { status?: unknown; requestId?: unknown };
  if (problem.status !== status || problem.requestId !== headers.get('x-request-id'))
    throw new Error(`answers another problem: ${body.slice(0, 500)}`);
}

test('any bytes on a connection get answers below 500, each refusal a problem document, and the next connection is served', async () => {
  await fuzz({
    name: 'HTTP API',
    file: import.meta.filename,
    inputs,
    outcomes: ['200', '201', '204', '304', '400', '404', '405', '413', '415'],
    cpuMs: 500,
    memoryMiB: 160,
    check: async (text) => {
      const answers = await exchange(text);
      for (const answer of answers) expectOrderly(answer);
      return String(answers[0]?.status ?? 'none');
    },
  });
  const [alive] = await exchange(requestText('GET', `/documents/${id}`, { connection: 'close' }));
  if (alive?.status !== 200) throw new Error('web no longer answers');
});
