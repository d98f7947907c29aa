import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Instance, instanceAt } from '../instance.ts';
import { removeRunMark, suddenEnd, supervisorOf, writeRunMark } from './run-mark.ts';

let instance: Instance;
beforeEach(async () => {
  const state = await mkdtemp(join(tmpdir(), 'mesh-platform-mark-'));
  instance = { ...instanceAt('a', 1), state };
  onTestFinished(() => rm(state, { recursive: true, force: true }));
});

const mark = (text: string) => writeFile(join(instance.state, 'running'), text);
const boot = async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

test('a node that never ran, and one that was stopped, had no sudden end', async () => {
  expect(await suddenEnd(instance)).toBeUndefined();
  await writeRunMark(instance);
  await removeRunMark(instance);
  expect(await suddenEnd(instance)).toBeUndefined();
});

test('a node whose supervisor is gone had ended without being stopped', async () => {
  await writeRunMark(instance); // of this process, which is no supervisor
  expect(await suddenEnd(instance)).toBe('the node had ended without being stopped');
  expect(await supervisorOf(instance)).toBeUndefined();
});

test('a mark from before this machine started reports a restart of the machine', async () => {
  await mark(JSON.stringify({ supervisor: process.pid, boot: 'another' }));
  expect(await suddenEnd(instance)).toBe('this machine was restarted while the node ran');
});

test.each(['', '{"supervi'])('a mark that was cut short to %j is a mark', async (text) => {
  await mark(text);
  expect(await suddenEnd(instance)).toBeTypeOf('string');
  expect(await supervisorOf(instance)).toBeUndefined();
});

test('a supervisor that lives is found by its number, its program and its instance', async () => {
  const child = spawn('sh', ['-c', 'sleep 60', '/any/supervisor.ts', 'a', '1'], { stdio: 'ignore', argv0: 'node' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  await mark(JSON.stringify({ supervisor: child.pid, boot: await boot() }));
  expect(await supervisorOf(instance)).toBe(child.pid);
  expect(await suddenEnd(instance)).toBe(`the node's supervisor, process ${child.pid}, does not answer and is ended`);
  expect(await supervisorOf({ ...instance, name: 'b' })).toBeUndefined();
});
