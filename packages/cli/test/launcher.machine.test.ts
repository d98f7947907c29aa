import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '@mesh-platform/targets';
import { expect, it, onTestFinished } from 'vitest';

/** All that the launcher may use, and what npm's stand-in uses. busybox has them as other systems do: without the options of GNU. */
const PROGRAMS = ['sh', 'dirname', 'cmp', 'cp', 'head', 'uname', 'mkdir', 'chmod', 'printf'];

it('installs the packages with no program of GNU, and once', async () => {
  const root = await mkdtemp(join(tmpdir(), 'mesh platform launcher '));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const bin = join(root, 'path');
  await mkdir(bin);
  await mkdir(join(root, 'node_modules'));
  const busybox = (await promisify(execFile)('sh', ['-c', 'command -v busybox'])).stdout.trim();
  for (const name of PROGRAMS) await symlink(busybox, join(bin, name));
  for (const file of ['platform', 'package-lock.json']) await copyFile(join(checkout, file), join(root, file));
  const npm = (script: string) => writeFile(join(bin, 'npm'), `#!${busybox} sh\n${script}\n`, { mode: 0o755 });
  const node = join(root, `node_modules/node-linux-${process.arch}/bin`);
  await npm(`mkdir -p '${node}'; printf '#!${busybox} sh\\necho installed\\n' >'${node}/node'; chmod +x '${node}/node'`);
  const start = async () => (await promisify(execFile)(busybox, ['ash', join(root, 'platform'), 'status'], { env: { PATH: bin, HOME: root } })).stdout; // biome-ignore format: one call
  expect(await start()).toBe('installed\n');
  await npm('exit 1');
  expect(await start()).toBe('installed\n');
});
