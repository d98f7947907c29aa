import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pod } from '@mesh-platform/kubernetes';
import { expect, it, vi } from 'vitest';
import { TraceReaders } from './trace-readers.ts';

const pod = (name: string, port?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name, namespace: 'platform', labels: { app: 'web', version: 'v1' } },
  spec: { containers: [{ name: 'web', env: port === undefined ? [] : [{ name: 'TRACE_PORT', value: port }] }] },
});

/** A pod's port and a reader of it; the reader's connections go there. */
async function readersOf(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const forward = vi.fn(async () => connect(port, '127.0.0.1'));
  const lines: string[] = [];
  const readers = new TraceReaders({ forward }, (line, { service, version }) => lines.push(`${service} ${version}: ${line.length}`));
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  const end = (): void => {
    readers.follow([]);
    server.closeAllConnections();
    server.close();
  };
  return { readers, forward, lines, open, [Symbol.dispose]: end };
}

it('reads lines, whole however they arrive, from pods that have a port for it', async () => {
  using of = await readersOf(async (_, response) => {
    response.writeHead(200).write('{"a":');
    await pause(20);
    response.write('1}\n{}\n{"b"');
  });
  of.readers.follow([pod('a', '4318'), pod('b'), pod('c', '--1')]);
  await expect.poll(() => of.lines).toEqual(['web v1: 7', 'web v1: 2']);
  expect(of.forward.mock.calls).toEqual([['platform', 'a', 4318]]);
});

it('leaves a pod that is not shown any more', async () => {
  using of = await readersOf((_, response) => response.writeHead(200).flushHeaders());
  of.readers.follow([pod('a', '4318')]);
  await expect.poll(of.open).toBe(1);
  of.readers.follow([]);
  await expect.poll(of.open).toBe(0);
});

it('leaves a pod that writes a line without an end, and reads one again that restarted', async () => {
  let times = 0;
  using of = await readersOf((_, response) => {
    times++;
    response.writeHead(200).on('error', () => {});
    if (times === 1) response.write(Buffer.alloc(6 * 1024 * 1024, 'x'));
    else response.write('{}\n');
  });
  of.readers.follow([pod('a', '4318')]);
  await expect.poll(() => of.lines, { timeout: 6_000 }).toEqual(['web v1: 2']);
});
