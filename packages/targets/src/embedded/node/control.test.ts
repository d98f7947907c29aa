import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { run } from '../../process/run.ts';
import { type Instance, instanceAt } from '../instance.ts';
import { ControlServer, connectToSupervisor, nodeStatus, statuses } from './control.ts';
import { controlSocket, type NodeStatus } from './plan.ts';

let instance: Instance;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-run-'));
  instance = { ...instanceAt('a', 1), run: folder };
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function supervisor(): Promise<ControlServer> {
  const server = await ControlServer.listen(instance);
  onTestFinished(() => server.close());
  return server;
}

async function connection() {
  const socket = await connectToSupervisor(instance);
  if (!socket) throw new Error('no supervisor');
  onTestFinished(() => void socket.destroy());
  return socket;
}

const next = async (source: AsyncGenerator<NodeStatus>): Promise<NodeStatus | undefined> => (await source.next()).value;

test('a client gets the present status of the node, then each change', async () => {
  const server = await supervisor();
  server.update({ init: 42 });
  const reports = statuses(await connection());
  expect(await next(reports)).toEqual({ supervisor: process.pid, init: 42, phase: 'starting', components: [] });
  server.update({ phase: 'running' });
  expect(await next(reports)).toMatchObject({ init: 42, phase: 'running' });
  server.update({ components: [{ name: 'etcd', state: 'running', restarts: 0 }] });
  expect(await next(reports)).toMatchObject({ phase: 'running', components: [{ name: 'etcd', state: 'running', restarts: 0 }] });
});

test('reports a change to every client', async () => {
  const server = await supervisor();
  const all = [statuses(await connection()), statuses(await connection())];
  await Promise.all(all.map(next));
  server.update({ phase: 'failed', failure: { message: 'no', hint: 'yes' } });
  for (const reports of all) expect(await next(reports)).toMatchObject({ phase: 'failed', failure: { message: 'no', hint: 'yes' } });
});

test('the end of the supervisor ends its reports, and removes its socket', async () => {
  const server = await ControlServer.listen(instance);
  const reports = statuses(await connection());
  await next(reports);
  await server.close();
  expect(await next(reports)).toBeUndefined();
  expect(existsSync(controlSocket(instance))).toBe(false);
});

test('a client that disconnects gets no more, and does not wait for the supervisor', async () => {
  await supervisor();
  const socket = await connection();
  const reports = statuses(socket);
  await next(reports);
  const waiting = next(reports);
  socket.destroy();
  expect(await waiting).toBeUndefined();
});

test('the line stop asks for the end', async () => {
  const server = await supervisor();
  const socket = await connection();
  socket.write('stop\n');
  await server.stopRequested;
});

test('other lines, and a client that leaves, ask for nothing', async () => {
  const server = await supervisor();
  let asked = false;
  server.stopRequested.then(() => {
    asked = true;
  });
  const socket = await connection();
  const reports = statuses(socket);
  await next(reports);
  socket.write('status\nstopping\n');
  server.update({ phase: 'running' });
  await next(reports);
  socket.destroy();
  expect(await nodeStatus(instance)).toMatchObject({ phase: 'running' }); // a whole exchange later
  expect(asked).toBe(false);
});

test('only its owner can connect', async () => {
  await supervisor();
  expect((await stat(controlSocket(instance))).mode & 0o777).toBe(0o600);
});

test('the status can be asked for again and again', async () => {
  await supervisor();
  for (let time = 0; time < 3; time++) expect(await nodeStatus(instance)).toMatchObject({ supervisor: process.pid });
});

test('where no supervisor ever ran there is none', async () => {
  expect(await connectToSupervisor(instance)).toBeUndefined();
  expect(await nodeStatus(instance)).toBeUndefined();
});

test('the socket of a killed supervisor gives no status, and the next supervisor replaces it', async () => {
  const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  await expect(run(process.execPath, ['-e', program, controlSocket(instance)], { timeout: 10_000 })).rejects.toThrow('SIGKILL');
  expect(existsSync(controlSocket(instance))).toBe(true);
  expect(await nodeStatus(instance)).toBeUndefined();
  await supervisor();
  expect(await nodeStatus(instance)).toMatchObject({ phase: 'starting' });
});

test('a supervisor that ends before its first report gives no status', async () => {
  const server = createServer((socket) => socket.end()).listen(controlSocket(instance));
  onTestFinished(() => void server.close());
  expect(await nodeStatus(instance)).toBeUndefined();
});

test('a supervisor that has closed leaves the signals of the process as they were', async () => {
  const before = (['SIGTERM', 'SIGINT'] as const).map((signal) => process.listenerCount(signal));
  const server = await ControlServer.listen(instance);
  await server.close();
  expect((['SIGTERM', 'SIGINT'] as const).map((signal) => process.listenerCount(signal))).toEqual(before);
});
