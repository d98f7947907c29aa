import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RunningTarget } from '@mesh-platform/targets';
import { beforeAll, describe, expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { processesOf } from '../support/processes-of.ts';
import { podsOf } from './support/disturbing.ts';

const MEGABYTE = 1_000_000;
const JSON_TYPE = { 'content-type': 'application/json' };

let target: RunningTarget;
let url: string;
beforeAll(async () => {
  target = await runningTarget();
  url = target.gatewayUrl;
});

const create = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/documents`, {
    method: 'POST',
    headers: { ...JSON_TYPE, 'idempotency-key': crypto.randomUUID(), ...headers },
    body,
    signal: AbortSignal.timeout(20_000),
  });

describe('a body that is too large', () => {
  it('is answered 413 in each of sixty tries, from one to eight megabytes', async () => {
    const statuses = new Map<string, number>();
    for (let time = 0; time < 60; time++) {
      const answer = await create(' '.repeat((1 + (time % 8)) * MEGABYTE)).catch((error: Error) => ({
        status: String(error.cause ?? error),
      }));
      statuses.set(String(answer.status), (statuses.get(String(answer.status)) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 413: 60 });
  }, 180_000);
});

describe('a body that trickles in', () => {
  /** Announces 64 KiB and sends a byte a second; what ended it, and when. */
  async function slowUpload(): Promise<{ readonly answer: string; readonly ms: number }> {
    const startedAt = performance.now();
    const socket: Socket = connect(Number(new URL(url).port), new URL(url).hostname).setEncoding('utf8');
    let answer = '';
    socket.on('error', () => {});
    socket.write(`POST /render HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\ncontent-length: 65536\r\n\r\n{`);
    const trickling = setInterval(() => socket.writable && socket.write(' '), 1000);
    socket.on('data', (text: string) => {
      answer += text;
      socket.end();
    });
    // A byte that is sent while the gateway closes the connection resets it; the answer is checked, not how the connection ended.
    await once(socket, 'close')
      .catch((error: NodeJS.ErrnoException) => error.code === 'ECONNRESET' || Promise.reject(error))
      .finally(() => clearInterval(trickling));
    return { answer, ms: performance.now() - startedAt };
  }

  it('ends with a 408 within 20 s, and leaves the services as they were', async () => {
    const pods = await podsOf(target, 'preview');
    const programs = async () => (await Promise.all(pods.map(({ metadata }) => processesOf(metadata?.uid ?? '', 'node')))).flat();
    const before = await programs();
    const ended = await Promise.all(Array.from({ length: 20 }, slowUpload));
    for (const { answer, ms } of ended) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(ms).toBeLessThan(20_000);
    }
    expect(await programs()).toEqual(before);
    expect((await fetch(`${url}/api/documents`)).status).toBe(200);
  }, 60_000);
});

describe('JSON that is nested deeply', () => {
  it.each([65, 100_000])('of %i levels is 400 each time, and puts no pod out', async (levels) => {
    const body = `{"title":"T","body":"B","more":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    for (let time = 0; time < 10; time++) {
      const answer = await create(body);
      expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
        400,
        'the JSON is nested too deeply (limit 64)',
      ]);
    }
    expect((await fetch(`${url}/api/documents`)).status).toBe(200);
  });
});

describe('a request of another origin', () => {
  const body = JSON.stringify({ title: 'T', body: 'B' });

  it.each([{ origin: 'null' }, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
    '%j is refused with 403',
    async (headers) => {
      expect((await create(body, headers as Record<string, string>)).status).toBe(403);
    },
  );

  it('is accepted where Origin is the gateway’s', async () => {
    expect((await create(body, { origin: new URL(url).origin })).status).toBe(201);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'cannot be a form to the API: %s is 415',
    async (type) => {
      expect((await create(body, { origin: new URL(url).origin, 'content-type': type })).status).toBe(415);
    },
  );
});
