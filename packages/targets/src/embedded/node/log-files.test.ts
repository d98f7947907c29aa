import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../process/wait.ts';
import { beginLog, lastError, rotateLogs } from './log-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-logs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

test('a log that is begun keeps the one before it, and no more', async () => {
  const file = join(folder, 'a.log');
  for (const text of ['first', 'second', 'third']) {
    beginLog(file);
    await writeFile(file, text);
  }
  expect(await readFile(`${file}.1`, 'utf8')).toBe('second');
  expect(await readdir(folder)).toHaveLength(2);
});

test('finds the last error of a component, else its last line, and nothing where it wrote nothing', async () => {
  const [error, last] = ['E1130 missing controllers: cpu', 'I1130 goodbye'];
  await writeFile(join(folder, 'kubelet.log'), `I1130 hello\n${error}\n${last}\n`);
  await writeFile(join(folder, 'etcd.log'), `hello\n${last}\n`);
  expect(['kubelet', 'etcd', 'coredns'].map((name) => lastError(folder, name))).toEqual([error, last, '']);
});

test('a small log and what is no log are left as they are', async () => {
  await writeFile(join(folder, 'small.log'), 'x'.repeat(10));
  await writeFile(join(folder, 'large.txt'), 'x'.repeat(100));
  await rotateLogs(folder, 10);
  expect((await readdir(folder)).toSorted()).toEqual(['large.txt', 'small.log']);
});

test('a writer that never stops keeps its log within a bound, and goes on at its start', async () => {
  const file = join(folder, 'busy.log');
  const log = openSync(file, 'a');
  const child = spawn(
    'sh',
    ['-c', 'i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); echo "line $i of a busy component"; done; read end; echo end'],
    {
      stdio: ['pipe', log, log],
    },
  );
  closeSync(log);
  onTestFinished(() => void child.kill('SIGKILL'));
  let rotations = 0;
  await waitFor(
    'every line',
    async () => {
      const before = (await stat(file)).size;
      if (before > 20_000) rotations++;
      await rotateLogs(folder, 20_000);
      return rotations > 0 ? true : undefined;
    },
    { timeout: 20_000, every: 5 },
  );
  await rotateLogs(folder, 1);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin?.end('go\n');
  await ended;
  const rest = await readFile(file, 'utf8');
  expect(rest).toMatch(/end\n$/);
  expect(rest).not.toContain('\0'); // a writer that does not append would leave a hole
  expect(await readFile(`${file}.1`, 'utf8')).toMatch(/line \d+ of a busy component\n/);
});

test('where there is no folder there is nothing to do', async () => {
  await expect(rotateLogs(join(folder, 'none'))).resolves.toBeUndefined();
});
