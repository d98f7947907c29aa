import { connect, type Socket } from 'node:net';
import { GATEWAY, type LiveObject } from '@mesh-platform/kubernetes';
import { type Reply, request, underLoad } from '@mesh-platform/proofs';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';

/** So many that each version gets more slow bodies than the gateway's proxy opens connections to it (100). */
const CLIENTS = 500;
const PER_SECOND = 5;
const ANSWERED_MS = 1_000;
/** What is left between a limit and the moment at which a busy machine sees it. */
const LATE_MS = 5_000;
const DRIP_MS = 1_000;

interface Cut {
  readonly milliseconds: number;
  readonly text: string;
}

/** Sends `head`, then `drop` each second, until the other side ends it; returns when it ended and the answer. */
function slowClient(port: number, head: string, drop: string): Promise<Cut> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(head));
    const drip = setInterval(() => socket.write(drop), DRIP_MS);
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', () => {}); // its close follows
    socket.once('close', () => {
      clearInterval(drip);
      resolve({ milliseconds: performance.now() - startedAt, text });
    });
  });
}

const cookie = (index: number) => `version=v${1 + (index % 2)}`;
const slowHeaders = (index: number) => `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie(index)}\r\n`;
const slowBody = (index: number) =>
  `POST /render HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie(index)}\r\nContent-Type: application/json\r\nContent-Length: 65536\r\n\r\n{`;

/** The time limits of the gateway in milliseconds, from the configuration of its pods. */
async function limits(): Promise<{ readonly headers: number; readonly request: number }> {
  const { cluster } = await runningTarget();
  const header = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: GATEWAY.name, namespace: GATEWAY.namespace } };
  const live = (await cluster.read(header)) as LiveObject & { spec: { template: { metadata: { annotations: Record<string, string> } } } };
  const settings = load(live.spec.template.metadata.annotations['proxy.istio.io/config'] ?? '') as {
    readonly connectionSettings: { readonly httpRequestHeadersTimeout: string; readonly httpRequestTimeout: string };
  };
  const { httpRequestHeadersTimeout, httpRequestTimeout } = settings.connectionSettings;
  return { headers: Number.parseFloat(httpRequestHeadersTimeout) * 1000, request: Number.parseFloat(httpRequestTimeout) * 1000 };
}

it(`${CLIENTS} slow clients are cut off, and others are served within ${ANSWERED_MS} ms meanwhile`, async () => {
  const { gatewayUrl } = await runningTarget();
  const port = Number(new URL(gatewayUrl).port);
  const { headers, request: whole } = await limits();
  const cut: { headers: Cut[]; bodies: Cut[] } = { headers: [], bodies: [] };
  const attack = async () => {
    const indices = Array.from({ length: CLIENTS / 2 }, (_, index) => index);
    const [ofHeaders, ofBodies] = await Promise.all([
      Promise.all(indices.map((index) => slowClient(port, slowHeaders(index), 'x-a: b\r\n'))),
      Promise.all(indices.map((index) => slowClient(port, slowBody(index), ' '))),
    ]);
    cut.headers = ofHeaders;
    cut.bodies = ofBodies;
  };
  const signal = AbortSignal.timeout(whole + 4 * LATE_MS);
  const visit = (index: number): Promise<Reply> => request(gatewayUrl, { path: '/', headers: { cookie: cookie(index) } }, signal);
  const replies = await underLoad({ perSecond: PER_SECOND, atMost: 100 }, visit, attack);

  expect(replies.length).toBeGreaterThanOrEqual(50);
  expect(replies.filter(({ status, milliseconds }) => status !== 200 || milliseconds > ANSWERED_MS)).toEqual([]);
  for (const [all, limit] of [
    [cut.headers, headers],
    [cut.bodies, whole],
  ] as const) {
    expect(all).toHaveLength(CLIENTS / 2);
    expect(all.filter(({ text }) => !text.startsWith('HTTP/1.1 408 '))).toEqual([]);
    expect(Math.min(...all.map(({ milliseconds }) => milliseconds))).toBeGreaterThanOrEqual(limit - DRIP_MS);
    expect(Math.max(...all.map(({ milliseconds }) => milliseconds))).toBeLessThan(limit + LATE_MS);
  }
}, 120_000);
