import type * as ChildProcesses from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ComponentRunner } from './component-runner.ts';
import type { ComponentStatus } from './plan.ts';

const { spawn } = vi.hoisted(() => ({ spawn: vi.fn() }));
vi.mock('node:child_process', () => ({ spawn }));

const etcd = { name: 'etcd', command: ['etcd', '--flag'] };
const children: EventEmitter[] = [];
let logs = '';
let reported: (readonly ComponentStatus[])[] = [];

beforeEach(async () => {
  logs = await mkdtemp(join(tmpdir(), 'mesh-platform-logs-'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  children.length = 0;
  reported = [];
  spawn.mockReset().mockImplementation(() => {
    const child = new EventEmitter();
    children.push(child);
    return child;
  });
  onTestFinished(async () => {
    vi.useRealTimers();
    await rm(logs, { recursive: true, force: true });
  });
});

const runner = () => new ComponentRunner(4711, logs, (states) => reported.push(states));
const endLatest = () => children.at(-1)?.emit('close', 1);

/** Ends the component and gives the milliseconds until it runs again. */
function pauseAfterEnd(): number | undefined {
  const before = children.length;
  endLatest();
  for (let waited = 0; waited <= 60_000; waited += 50) {
    if (children.length > before) return waited;
    vi.advanceTimersByTime(50);
  }
  return undefined;
}

test('a component runs in every namespace of the node, with an environment of its own', () => {
  runner().start(etcd);
  const [program, args] = spawn.mock.calls[0] as [string, string[]];
  expect(program).toBe('nsenter');
  const [entry, command] = [args.slice(0, args.indexOf('--')), args.slice(args.indexOf('--') + 1)];
  expect(entry).toEqual(['--target', '4711', '--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup']);
  expect(command).toEqual([
    '/usr/bin/env',
    '-i',
    expect.stringMatching(/^PATH=\/opt\/mesh-platform\/bin:/),
    'HOME=/root',
    'etcd',
    '--flag',
  ]);
  expect(reported.at(-1)).toEqual([{ name: 'etcd', state: 'running', restarts: 0 }]);
});

test('what a component prints goes to a log of its own that a restart continues', async () => {
  const { spawn: reallySpawn } = await vi.importActual<typeof ChildProcesses>('node:child_process');
  spawn.mockImplementation((_program, _args, options) => {
    const child = reallySpawn('sh', ['-c', 'echo out; echo err >&2'], options);
    children.push(child);
    return child;
  });
  const components = runner();
  components.start(etcd);
  await new Promise((resolve) => children[0]?.once('close', resolve));
  vi.advanceTimersByTime(250);
  components.stop();
  await new Promise((resolve) => children[1]?.once('close', resolve));
  expect(await readFile(join(logs, 'etcd.log'), 'utf8')).toBe('out\nerr\nout\nerr\n');
});

test('what ends is started again, with a pause that grows to ten seconds', () => {
  runner().start(etcd);
  const pauses = Array.from({ length: 10 }, pauseAfterEnd);
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000]);
  expect(reported.at(-1)).toEqual([{ name: 'etcd', state: 'running', restarts: 10 }]);
});

test('while it waits for its next start a component is called restarting', () => {
  runner().start(etcd);
  endLatest();
  expect(reported.at(-1)).toEqual([{ name: 'etcd', state: 'restarting', restarts: 1 }]);
});

test('what ends eleven times fails, with its last error and the place of its log', async () => {
  const components = runner();
  components.start(etcd);
  await writeFile(join(logs, 'etcd.log'), 'E1130 slow disk\nF1130 no space left\ngoodbye\n');
  for (let restart = 0; restart < 10; restart++) pauseAfterEnd();
  expect(pauseAfterEnd()).toBeUndefined();
  expect(reported.at(-1)).toEqual([{ name: 'etcd', state: 'failed', restarts: 10 }]);
  await expect(components.failure).rejects.toMatchObject({
    message: 'etcd ended 11 times: F1130 no space left',
    hint: `see ${join(logs, 'etcd.log')}`,
  });
});

test('who ran for more than a minute begins with the first pause again', () => {
  runner().start(etcd);
  for (let restart = 0; restart < 5; restart++) pauseAfterEnd();
  vi.advanceTimersByTime(60_001);
  expect(pauseAfterEnd()).toBe(250);
  expect(reported.at(-1)).toEqual([{ name: 'etcd', state: 'running', restarts: 1 }]);
});

test('components restart independently, and each report names all of them', () => {
  const components = runner();
  components.start(etcd);
  components.start({ name: 'kubelet', command: ['kubelet'] });
  children[0]?.emit('close', 1);
  expect(reported.at(-1)).toEqual([
    { name: 'etcd', state: 'restarting', restarts: 1 },
    { name: 'kubelet', state: 'running', restarts: 0 },
  ]);
});

test('after a stop nothing is started again, neither what ends then nor what waits already', () => {
  const components = runner();
  components.start(etcd);
  components.start({ name: 'kubelet', command: ['kubelet'] });
  children[0]?.emit('close', 1);
  components.stop();
  children[1]?.emit('close', null);
  vi.advanceTimersByTime(60_000);
  expect(children).toHaveLength(2);
});

test('a component that cannot be started at all is restarted like one that ends', async () => {
  const { spawn: reallySpawn } = await vi.importActual<typeof ChildProcesses>('node:child_process');
  spawn.mockImplementation((_program, args, options) => reallySpawn('/nonexistent/nsenter', args, options));
  const components = runner();
  components.start(etcd);
  await vi.waitFor(() => expect(reported.at(-1)?.[0]?.state).toBe('restarting'), { timeout: 5_000, interval: 5 });
  components.stop();
});
