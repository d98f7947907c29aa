import { once } from 'node:events';
import { connect } from 'node:net';
import { LIMITS } from '@mesh-platform/service-kit';
import { until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startScriptedCore } from './scripted-core.js';
import { createWebApp, type WebApp } from './web-app.js';

const MIB = 1024 * 1024;
const TRIES = 20;

let core: Awaited<ReturnType<typeof startScriptedCore>>;
let web: WebApp;

beforeAll(async () => {
  core = await startScriptedCore();
  web = await createWebApp(core.address);
  await web.listen();
});

afterAll(async () => {
  await web?.app.close();
  core?.stop();
});

const head = (...fields: string[]) =>
  [`POST /documents HTTP/1.1`, 'host: web', 'content-type: application/json', 'idempotency-key: k', ...fields, '', ''].join('\r\n');

/** What a client reads that, as a proxy does, reads its answer only once it has sent everything; `ECONNRESET` where there is none left. */
async function answerOnceSent(...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect(Number(new URL(web.url).port), '127.0.0.1');
  socket.pause();
  let failure: string | undefined;
  socket.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code;
  });
  for (const part of parts) {
    const flushed = new Promise<void>((resolve) => socket.write(part, () => resolve()));
    await Promise.race([flushed, once(socket, 'close')]);
  }
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  await until('the connection to close', () => socket.closed || /\r\n\r\n\{.*\}$/s.test(Buffer.concat(chunks).toString()));
  socket.destroy();
  return chunks.length === 0 ? (failure ?? 'nothing') : Buffer.concat(chunks).toString();
}

const firstLine = (answer: string): string => answer.split('\r\n', 1)[0] ?? '';
const TOO_LARGE = 'HTTP/1.1 413 Payload Too Large';

test.each([1, 2, 4, 8])(
  'a body of %i MiB is answered with 413 each time, with or without Content-Length',
  async (size) => {
    const body = Buffer.alloc(size * MIB, ' ');
    const chunk = [`${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n'];
    for (let time = 0; time < TRIES; time++) {
      expect(firstLine(await answerOnceSent(head(`content-length: ${body.length}`), body))).toBe(TOO_LARGE);
      expect(firstLine(await answerOnceSent(head('transfer-encoding: chunked'), ...chunk))).toBe(TOO_LARGE);
    }
  },
  60_000,
);

test('a client that asks first is answered 413 without 100 Continue, and at once', async () => {
  const startedAt = performance.now();
  const answer = await answerOnceSent(head(`content-length: ${8 * MIB}`, 'expect: 100-continue'));
  expect(firstLine(answer)).toBe(TOO_LARGE);
  expect(performance.now() - startedAt).toBeLessThan(LIMITS.drainMs);
});

test('a client that asks first and sends what is taken gets its 100 Continue', async () => {
  expect(firstLine(await answerOnceSent(head('content-length: 1', 'expect: 100-continue'), '{'))).toBe('HTTP/1.1 100 Continue');
});

test('a body without an end is read no further than the bound', async () => {
  const socket = connect(Number(new URL(web.url).port), '127.0.0.1');
  socket.on('error', () => {}).resume();
  const closed = once(socket, 'close');
  const startedAt = performance.now();
  socket.write(head(`content-length: ${1024 * MIB}`));
  const piece = Buffer.alloc(64 * 1024);
  const dripping = setInterval(() => socket.writable && socket.write(piece), 50);
  await closed.finally(() => clearInterval(dripping));
  expect(performance.now() - startedAt).toBeLessThan(LIMITS.drainMs + 2000);
}, 20_000);

test.each([
  ['another content type', 415, ['content-type: text/plain']],
  ['a path that is not there', 404, []],
])(
  '%s is answered %i where the body is large too',
  async (_what, status, fields) => {
    const body = Buffer.alloc(4 * MIB, ' ');
    const lines = [`POST ${status === 404 ? '/nowhere' : '/documents'} HTTP/1.1`, 'host: web', 'idempotency-key: k', ...fields];
    const request = [...lines, `content-length: ${body.length}`, '', ''].join('\r\n');
    for (let time = 0; time < TRIES; time++) expect(firstLine(await answerOnceSent(request, body))).toContain(` ${status} `);
  },
  30_000,
);
