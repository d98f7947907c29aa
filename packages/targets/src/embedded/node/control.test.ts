import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { run } from '../../process/run.ts';
import { type Instance, instanceAt } from '../instance.ts';
import { connectToSupervisor, nodeStatus, statuses } from './control-client.ts';
import { ControlServer } from './control-server.ts';
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

test('who connects is told how the node is now, then each change', async () => {
  const server = await supervisor();
  server.update({ init: 42 });
  const told = statuses(await connection());
  expect(await next(told)).toEqual({ supervisor: process.pid, init: 42, phase: 'starting', components: [] });
  server.update({ phase: 'running' });
  expect(await next(told)).toMatchObject({ init: 42, phase: 'running' });
  server.update({ components: [{ name: 'etcd', state: 'running', restarts: 0 }] });
  expect(await next(told)).toMatchObject({ phase: 'running', components: [{ name: 'etcd', state: 'running', restarts: 0 }] });
});

test('everybody who listens is told', async () => {
  const server = await supervisor();
  const all = [statuses(await connection()), statuses(await connection())];
  await Promise.all(all.map(next));
  server.update({ phase: 'failed', failure: { message: 'no', hint: 'yes' } });
  for (const told of all) expect(await next(told)).toMatchObject({ phase: 'failed', failure: { message: 'no', hint: 'yes' } });
});

test('the end of the supervisor ends what it tells, and removes its socket', async () => {
  const server = await ControlServer.listen(instance);
  const told = statuses(await connection());
  await next(told);
  await server.close();
  expect(await next(told)).toBeUndefined();
  expect(existsSync(controlSocket(instance))).toBe(false);
});

test('who stops listening sees no more, and does not wait for the supervisor', async () => {
  await supervisor();
  const socket = await connection();
  const told = statuses(socket);
  await next(told);
  const waiting = next(told);
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
  const told = statuses(socket);
  await next(told);
  socket.write('status\nstopping\n');
  server.update({ phase: 'running' });
  await next(told);
  socket.destroy();
  expect(await nodeStatus(instance)).toMatchObject({ phase: 'running' }); // a whole exchange later
  expect(asked).toBe(false);
});

test('its owner alone can connect', async () => {
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

test('the socket that a killed supervisor left is nobody’s, and the next supervisor takes its place', async () => {
  const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  await expect(run(process.execPath, ['-e', program, controlSocket(instance)], { timeout: 10_000 })).rejects.toThrow('SIGKILL');
  expect(existsSync(controlSocket(instance))).toBe(true);
  expect(await nodeStatus(instance)).toBeUndefined();
  await supervisor();
  expect(await nodeStatus(instance)).toMatchObject({ phase: 'starting' });
});

test('a supervisor that ends before it says how the node is gives no status', async () => {
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
