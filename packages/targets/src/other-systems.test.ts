import { chmod, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { requirements } from './build/prebuilt.ts';
import { EmbeddedTarget } from './embedded/embedded-target.ts';
import { inspectEngine } from './kind/preflight.ts';
import { checkout } from './places.ts';
import { listenerAt } from './process/listeners.ts';
import { endingWithUs } from './process/run.ts';

// What the command does on macOS on arm64, as far as another system can show it.
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  platform: () => 'darwin',
  arch: () => 'arm64',
}));
beforeAll(() => {
  const real = process;
  vi.stubGlobal('process', new Proxy(real, { get: (target, key) => (key === 'platform' ? 'darwin' : Reflect.get(target, key)) }));
});
afterAll(() => void vi.unstubAllGlobals());

test('tools are built with a Go for three other systems, without Envoy', async () => {
  const text = await readFile(requirements(), 'utf8');
  expect(text.match(/--hash=/g)).toHaveLength(3);
  expect(text).not.toMatch(/^envoy/m);
});

test('a command needs no program of Linux to end with this process', () => {
  expect(endingWithUs('go', ['build'])).toEqual(['go', ['build']]);
});

test('the embedded target does not run, and its first finding leads to kind', async () => {
  const embedded = new EmbeddedTarget('default', { namespace: 'platform' });
  expect(embedded.fits()).toBe(false);
  expect(await embedded.find()).toBeUndefined();
  expect((await embedded.inspect())[0]).toMatchObject({ state: 'missing', hint: expect.stringContaining('--on kind') });
});

test('kind does not count the file watchers of a machine that its node does not run on', async () => {
  const findings = await inspectEngine({ answers: true, detail: 'Docker', memory: 8 * 1024 ** 3 }, false);
  expect(findings.find(({ what }) => what === 'file watchers')?.state).toBe('note');
});

test('lsof names the process that has a port', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-lsof-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = `#!/bin/sh\ncase "$*" in *iTCP:30080*) printf 'p4711\\ncnode\\nf23\\n' ;; *) exit 1 ;; esac\n`;
  await writeFile(join(folder, 'lsof'), script);
  await chmod(join(folder, 'lsof'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await listenerAt(30_080)).toEqual({ pid: 4711, program: 'node' });
  expect(await listenerAt(30_081)).toBeUndefined();
});

/** Outside of what only Linux runs, the files that use something of Linux, after they have asked for the system or been asked only there. */
const ASKED_FOR_LINUX = [
  'packages/targets/src/process/inotify.ts',
  'packages/targets/src/process/kernel-lock.ts',
  'packages/targets/src/process/listeners.ts',
  'packages/targets/src/process/routes.ts',
  'packages/targets/src/process/run.ts',
];
/** The embedded target, the engine of the suite `kind`, the machine of the suite `vm`, and the bench of the view on the embedded target. */
const ONLY_ON_LINUX = /^packages\/(targets\/src\/(embedded|kind-fixture|vm-fixture)|cli\/src\/bench\/view)\//;
/** /proc, /sys, abstract sockets, programs of util-linux, and options that only GNU's programs have. */
const OF_LINUX = /['`](\/(proc|sys)\b|\\0\w)|'(flock|setpriv|unshare|nsenter)'|\b(readlink -f|stat -c|date -d|sed -i|xargs -r|cp -a)\b/;

test('no other file uses /proc, an abstract socket, util-linux or a GNU option', async () => {
  const found = [];
  for await (const file of glob(['packages/*/src/**/*.ts', 'mesh/src/**/*.ts'], { cwd: checkout }))
    if (!/\.test\.ts$/.test(file) && !ONLY_ON_LINUX.test(file) && OF_LINUX.test(await readFile(join(checkout, file), 'utf8')))
      found.push(file);
  expect(found.sort()).toEqual(ASKED_FOR_LINUX);
});
