import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { delegateControllers, hierarchiesOf, isVersion2, moveIntoLeaf } from './control-groups.ts';

test('reads the one hierarchy of version 2', () => {
  const all = hierarchiesOf('0::/user.slice/session-1.scope\n');
  expect(all).toEqual([{ controllers: '', folder: '/sys/fs/cgroup', current: '/user.slice/session-1.scope' }]);
  expect(isVersion2(all)).toBe(true);
});

test('takes version 1 with an empty hierarchy of version 2 next to it for version 1', () => {
  const all = hierarchiesOf('3:cpu,cpuacct:/\n1:name=systemd:/a:b\n0::/\n');
  expect(all.map(({ folder }) => folder)).toEqual(['/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']);
  expect(all[1]?.current).toBe('/a:b');
  expect(isVersion2(all)).toBe(false);
});

/** Files as the kernel shows them for a group that has these controllers. */
async function groupWith(controllers: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cgroup-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'cgroup.controllers'), `${controllers}\n`);
  await writeFile(join(folder, 'cgroup.subtree_control'), '\n');
  return folder;
}

test('names the controllers that are missing in a group, and the file', async () => {
  const folder = await groupWith('cpu io memory');
  await expect(delegateControllers(folder)).rejects.toMatchObject({
    message: `cgroup controller cpuset, pids cannot be delegated: ${folder}/cgroup.controllers: the group does not have it`,
    hint: expect.stringContaining('--privileged'),
  });
});

test('names the controller that the kernel refuses to delegate, and the file', async () => {
  const folder = await groupWith('cpu cpuset memory pids');
  const file = join(folder, 'cgroup.subtree_control');
  await rm(file);
  await symlink('/proc/version', file); // is readable, and never writable
  await expect(delegateControllers(folder)).rejects.toMatchObject({
    message: expect.stringMatching(`^cgroup controller cpu cannot be delegated: ${file}: E`),
    hint: expect.stringContaining('--privileged'),
  });
});

/** A mounted tree of cgroup version 2, with controllers or without. */
const mounted = readFileSync('/proc/self/mounts', 'utf8')
  .split('\n')
  .map((line) => line.split(' '))
  .find(([, , kind]) => kind === 'cgroup2')?.[1];
const isRoot = process.getuid?.() === 0;

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** A new group of the mounted tree with processes in it, one of which starts further ones all the time. */
async function populatedGroup(): Promise<string> {
  const folder = join(mounted ?? '', `mesh-platform-test-${process.pid}`);
  await mkdir(folder);
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
    // A child of a killed process lives on for a moment.
    const removed = () =>
      rmdir(join(folder, 'node'))
        .catch(unlessAbsent)
        .then(() => rmdir(folder))
        .then(() => true);
    await expect.poll(() => removed().catch(() => false), { timeout: 5_000 }).toBe(true);
  });
  for (const script of ['read _', 'while :; do sleep 0.01; done']) {
    const child = spawn('bash', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] });
    children.push(child);
    await writeFile(join(folder, 'cgroup.procs'), String(child.pid));
  }
  return folder;
}

const processesOf = async (folder: string): Promise<string[]> =>
  (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean);

// Needs root and a kernel with a mounted tree of version 2; elsewhere it counts as skipped.
test.runIf(isRoot && mounted)(
  'moves every process of a group into its leaf, and delegates what the kernel gives or names what it does not',
  async () => {
    const folder = await populatedGroup();
    expect((await processesOf(folder)).length).toBeGreaterThanOrEqual(2); // with what the second one has started
    await moveIntoLeaf(folder);
    expect(await processesOf(folder)).toEqual([]);
    expect((await processesOf(join(folder, 'node'))).length).toBeGreaterThanOrEqual(2);

    const available = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim().split(/\s+/);
    if (['cpu', 'cpuset', 'memory', 'pids'].every((name) => available.includes(name))) {
      await delegateControllers(folder);
      const delegated = (await readFile(join(folder, 'node/cgroup.controllers'), 'utf8')).trim().split(/\s+/);
      expect(delegated).toEqual(expect.arrayContaining(['cpu', 'cpuset', 'memory', 'pids']));
    } else {
      await expect(delegateControllers(folder)).rejects.toThrow(/^cgroup controller .*: the group does not have it$/);
    }
  },
);
