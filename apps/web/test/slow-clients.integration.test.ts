import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LIMITS } from '@mesh-platform/service-kit';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startScriptedCore } from './scripted-core.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const SLOW_CLIENTS = 300;
/** What a busy machine may add to a limit. */
const SLACK_MS = 4_000;

let core: Awaited<ReturnType<typeof startScriptedCore>>;
let web: ReturnType<typeof startService>;
let port: number;

beforeAll(async () => {
  core = await startScriptedCore();
  core.script.answer = () => ({ items: [], next: '' });
  port = await freePort();
  web = startService(main, { PORT: String(port), CORE_ADDRESS: core.address, SERVICE_VERSION: 'v1' });
  await until('web to be ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
}, 30_000);

afterAll(async () => {
  await web?.[Symbol.asyncDispose]();
  core?.stop();
});

interface SlowClient {
  readonly socket: Socket;
  readonly answer: () => string;
  readonly endedAfterMs: Promise<number>;
}

/** Sends the first bytes at once and one more each second, until web ends the connection. */
function slowClient(first: string, next: string): SlowClient {
  const startedAt = performance.now();
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  socket.write(first);
  const dripping = setInterval(() => socket.writable && socket.write(next), 1000);
  const endedAfterMs = new Promise<number>((resolve) => {
    const ended = () => {
      clearInterval(dripping);
      socket.end();
      resolve(performance.now() - startedAt);
    };
    socket.on('end', ended).on('error', ended);
  });
  return { socket, answer: () => answer, endedAfterMs };
}

const HEAD = 'POST /documents HTTP/1.1\r\nhost: web\r\ncontent-type: application/json\r\nidempotency-key: k\r\n';
const slowBody = () => slowClient(`${HEAD}content-length: 65536\r\n\r\n{`, ' ');
const slowHeaders = () => slowClient('GET /documents HTTP/1.1\r\nhost: web\r\n', 'x-a: b\r\n');

const openSockets = async (): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^nodejs_active_resources\{type="TCPSocketWrap"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
};

test('300 slow uploads delay no other request, and each ends with a 408 within the limit and frees its connection', async () => {
  const clients = Array.from({ length: SLOW_CLIENTS }, slowBody);
  await until('web to accept every connection', async () => (await openSockets()) >= SLOW_CLIENTS);
  const ended = Promise.all(clients.map(({ endedAfterMs }) => endedAfterMs));
  let waiting = true;
  void ended.finally(() => {
    waiting = false;
  });
  const slowest = { ms: 0, count: 0 };
  while (waiting) {
    const startedAt = performance.now();
    const { status } = await fetch(`http://127.0.0.1:${port}/documents`);
    expect(status).toBe(200);
    slowest.ms = Math.max(slowest.ms, performance.now() - startedAt);
    slowest.count++;
    await pause(100);
  }
  expect(slowest.count).toBeGreaterThan(10);
  expect(slowest.ms).toBeLessThan(1000);
  expect(Math.max(...(await ended))).toBeLessThan(LIMITS.requestMs + LIMITS.checkMs + SLACK_MS);
  for (const { answer } of clients) expect(answer()).toMatch(/^HTTP\/1\.1 408 .*the request did not arrive in time/s);
  await until('web to free their connections', async () => (await openSockets()) < 10);
  expect(core.script.calls.every(({ method }) => method === 'Documents/List')).toBe(true);
  expect(web.logs().filter(({ level }) => level === 'error')).toEqual([]); // a client's fault is none of ours
}, 60_000);

test('slow headers end with a 408 within their limit', async () => {
  const { endedAfterMs, answer } = slowHeaders();
  expect(await endedAfterMs).toBeLessThan(LIMITS.headersMs + LIMITS.checkMs + SLACK_MS);
  expect(answer()).toMatch(/^HTTP\/1\.1 408 /);
}, 30_000);

test('a connection that waits for its first request is kept, as a proxy keeps spare ones, and is under the limits from then on', async () => {
  const spare = connect(port, '127.0.0.1').setEncoding('utf8');
  const answers: string[] = [];
  spare.on('data', (text: string) => answers.push(text));
  await pause(LIMITS.headersMs + 2 * LIMITS.checkMs + 500); // that nothing happens can only be waited for
  expect([spare.readyState, answers]).toEqual(['open', []]);
  spare.write('GET /documents HTTP/1.1\r\nhost: web\r\n\r\n');
  await until('an answer', () => answers.join('').startsWith('HTTP/1.1 200 '));
  answers.length = 0;
  spare.write('GET /documents HTTP/1.1\r\n');
  await once(spare, 'end');
  expect(answers.join('')).toMatch(/^HTTP\/1\.1 408 /);
  spare.destroy();
}, 30_000);
