import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { sendProbes } from './probe.ts';

async function server(status: number, milliseconds = 0): Promise<{ readonly url: string; readonly methods: string[] }> {
  const methods: string[] = [];
  const listening = createServer(async (request, response) => {
    methods.push(request.method ?? '');
    await pause(milliseconds);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void listening.close());
  await new Promise((resolve) => listening.once('listening', resolve));
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`, methods };
}

it('sends at most so many GETs a second, and counts those that fail', async () => {
  const { url, methods } = await server(503);
  const counts = await sendProbes({ url, perSecond: 20 }, AbortSignal.timeout(1_000));
  expect(counts.sent).toBeGreaterThan(2);
  expect(counts.sent).toBeLessThanOrEqual(21);
  expect(counts.failed).toBe(counts.sent);
  expect(new Set(methods)).toEqual(new Set(['GET']));
  expect(methods).toHaveLength(counts.sent);
});

it('has no more of them unanswered than a second has', async () => {
  const { url } = await server(200, 1_500);
  expect(await sendProbes({ url, perSecond: 5 }, AbortSignal.timeout(1_400))).toEqual({ sent: 5, failed: 0 });
});
