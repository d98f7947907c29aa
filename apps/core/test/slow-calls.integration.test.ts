import { once } from 'node:events';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type Settings } from 'node:http2';
import { status } from '@grpc/grpc-js';
import { LIMITS } from '@mesh-platform/service-kit';
import { until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCore } from './core-app.js';
import { coreClient } from './core-client.js';
import { preparePostgres, type TestPostgres } from './postgres.js';

const SLOW_CALLS = 300;
/** What a busy machine may add to a limit. */
const SLACK_MS = 4_000;

let postgres: TestPostgres;
let core: Awaited<ReturnType<typeof startCore>>;
let session: ClientHttp2Session;

beforeAll(async () => {
  postgres = await preparePostgres(); // never started: the path is answered without it
  core = await startCore(postgres);
  session = connect(`http://127.0.0.1:${core.env.GRPC_PORT}`);
}, 60_000);

afterAll(async () => {
  session?.destroy();
  await core?.app.close();
  await postgres?.[Symbol.asyncDispose]();
});

const CALL = { ':method': 'POST', ':path': '/path.v1.Path/Get', 'content-type': 'application/grpc', te: 'trailers' };

/** A call that announces a message of 64 KiB and sends a byte a second of it; its status, and after how long it came. */
async function slowCall(): Promise<{ readonly code: number; readonly ms: number }> {
  const startedAt = performance.now();
  const stream = session.request(CALL);
  stream.on('error', () => {}).resume();
  stream.write(Buffer.from([0, 0, 1, 0, 0]));
  const dripping = setInterval(() => stream.writable && stream.write('x'), 1000);
  const [headers] = (await once(stream, 'response').finally(() => clearInterval(dripping))) as [IncomingHttpHeaders];
  stream.close(); // as a proxy does whose callee has answered
  return { code: Number(headers['grpc-status']), ms: performance.now() - startedAt };
}

test('300 slow calls delay no other call, and each ends with DEADLINE_EXCEEDED within the limit', async () => {
  const calls = Promise.all(Array.from({ length: SLOW_CALLS }, slowCall));
  const client = coreClient(core.env.GRPC_PORT);
  let waiting = true;
  void calls.finally(() => {
    waiting = false;
  });
  let answered = 0;
  let slowest = 0;
  await until(
    'the slow calls to end',
    async () => {
      const startedAt = performance.now();
      expect((await client.path()).hops).toHaveLength(1);
      slowest = Math.max(slowest, performance.now() - startedAt);
      answered++;
      return !waiting;
    },
    LIMITS.requestMs + SLACK_MS,
  ).finally(() => client.close());
  expect(answered).toBeGreaterThan(10);
  expect(slowest).toBeLessThan(1000);
  const ended = await calls;
  expect(new Set(ended.map(({ code }) => code))).toEqual(new Set([status.DEADLINE_EXCEEDED]));
  expect(Math.max(...ended.map(({ ms }) => ms))).toBeLessThan(LIMITS.requestMs + SLACK_MS);
}, 40_000);

test('core bounds the calls of one connection', async () => {
  const other = connect(`http://127.0.0.1:${core.env.GRPC_PORT}`);
  const [settings] = (await once(other, 'remoteSettings')) as [Settings];
  other.destroy();
  expect(settings.maxConcurrentStreams).toBe(LIMITS.concurrentCalls);
});
