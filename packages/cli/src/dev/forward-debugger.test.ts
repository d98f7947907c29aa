import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Pod } from '@mesh-platform/kubernetes';
import { freePort } from '@mesh-platform/targets';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { NAMESPACE } from '../services/topology.ts';
import { forwardDebugger } from './forward-debugger.ts';

const version = { service: 'web', version: 'v2' };
const pod = (name: string, createdAt: string, more: object = {}): Pod =>
  ({
    metadata: { name, creationTimestamp: createdAt, labels: { app: 'web' }, ...more },
    spec: { volumes: [{ name: 'dev-copies' }] },
    status: { containerStatuses: [{ name: 'web', state: { running: {} } }] },
  }) as unknown as Pod;

let pods: readonly Pod[] = [];
const asked: unknown[][] = [];
/** What it receives in a pod comes back. */
const cluster = {
  list: async (...args: unknown[]) => {
    asked.push(args);
    return pods as never;
  },
  forward: async (...args: unknown[]) => {
    asked.push(args);
    return new PassThrough();
  },
};
let ended: AbortController;
let port = 0;
beforeEach(async () => {
  asked.length = 0;
  ended = new AbortController();
  onTestFinished(() => ended.abort());
  port = await freePort();
});

test('forwards a connection to the newest pod of the version that runs under a supervisor', async () => {
  pods = [
    pod('older', '2026-11-30T10:00:00Z'),
    pod('newest', '2026-11-30T12:00:00Z'),
    pod('ends', '2026-11-30T13:00:00Z', { deletionTimestamp: '2026-11-30T13:01:00Z' }),
  ];
  await forwardDebugger(cluster, version, port, ended.signal);
  const socket = connect(port, '127.0.0.1');
  socket.end('GET /json/list');
  expect(await text(socket)).toBe('GET /json/list');
  expect(asked).toEqual([
    ['v1', 'Pod', NAMESPACE, 'app=web,version=v2'],
    [NAMESPACE, 'newest', 9_229],
  ]);
});

test('closes a connection while no pod runs, and takes the next one', async () => {
  pods = [];
  await forwardDebugger(cluster, version, port, ended.signal);
  const early = connect(port, '127.0.0.1');
  await once(early, 'close');
  pods = [pod('started', '2026-11-30T12:00:00Z')];
  const socket = connect(port, '127.0.0.1');
  socket.end('again');
  expect(await text(socket)).toBe('again');
});

test('names the version and the port where the port is in use', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  await expect(forwardDebugger(cluster, version, port, ended.signal)).rejects.toThrow(
    `the debugger of web-v2 cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`,
  );
});

test('listens on the loopback of this machine only', async () => {
  await forwardDebugger(cluster, version, port, ended.signal);
  const listening = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((row) => row.trim().split(/\s+/)[1] ?? '');
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  expect(new Set(listening.filter((local) => local.endsWith(`:${hexPort}`)))).toEqual(new Set([`0100007F:${hexPort}`]));
});

test('ends every connection with the session', async () => {
  pods = [pod('newest', '2026-11-30T12:00:00Z')];
  await forwardDebugger(cluster, version, port, ended.signal);
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  ended.abort();
  await once(socket, 'close');
  const refused = connect(port, '127.0.0.1');
  expect(await once(refused, 'error')).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' })]);
});
