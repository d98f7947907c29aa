import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../../process/wait.ts';

const MOUNT = '/sys/fs/cgroup';

/** One hierarchy of control groups: cgroup v2 has one in all, v1 one for each set of controllers. */
export interface Hierarchy {
  readonly folder: string;
  /** Their names, as version 1 writes them; empty for version 2. */
  readonly controllers: string;
  /** The group of this process in it, as the kernel names it. */
  readonly current: string;
}

export async function hierarchies(): Promise<readonly Hierarchy[]> {
  const lines = (await readFile('/proc/self/cgroup', 'utf8')).trim().split('\n');
  const parsed = lines.map((line) => {
    const [, controllers = '', ...path] = line.split(':');
    return { controllers, current: path.join(':') };
  });
  const pureV2 = parsed.length === 1 && parsed[0]?.controllers === '';
  return parsed.map(({ controllers, current }) => ({
    controllers,
    folder: pureV2 ? MOUNT : join(MOUNT, controllers === '' ? 'unified' : controllers.replace(/^name=/, '')),
    current,
  }));
}

/** Moves this process into the group, in every hierarchy; its later children are born there. Gives the way back. */
export async function enterControlGroup(group: string): Promise<() => Promise<void>> {
  const all = await hierarchies();
  for (const { folder } of all) await enter(folder, group);
  return async () => {
    for (const { folder, current } of all) await writeFile(join(folder, current, 'cgroup.procs'), String(process.pid));
  };
}

async function enter(folder: string, group: string): Promise<void> {
  let parent = folder;
  for (const name of group.split('/')) {
    const child = join(parent, name);
    await mkdir(child, { recursive: true });
    await delegateControllers(parent);
    // v1: a new cpuset has no processor and takes no process until it is given some.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) await inherit(parent, child, file);
    parent = child;
  }
  await writeFile(join(parent, 'cgroup.procs'), String(process.pid));
}

/** v2: a group's children have the controllers that it hands down. v1 has no such file. */
async function delegateControllers(parent: string): Promise<void> {
  const available = await readFile(join(parent, 'cgroup.controllers'), 'utf8').catch(() => '');
  for (const controller of available.trim().split(/\s+/).filter(Boolean)) {
    // One that cannot be handed down (cpu, where real-time processes run) must not keep the others back.
    await writeFile(join(parent, 'cgroup.subtree_control'), `+${controller}`).catch(() => {});
  }
}

async function inherit(parent: string, child: string, file: string): Promise<void> {
  const own = await readFile(join(child, file), 'utf8').catch(() => undefined);
  if (own?.trim() !== '') return;
  const value = (await readFile(join(parent, file), 'utf8').catch(() => '')).trim();
  if (value !== '') await writeFile(join(child, file), value);
}

/**
 * cgroup v2 wants processes in leaves only: the group's own processes move to a leaf, so that the kubelet can share
 * controllers among the pods' groups. On v1 this changes nothing.
 */
export async function moveIntoLeaf(group: string, pids: readonly number[]): Promise<void> {
  const all = await hierarchies();
  const [only] = all;
  if (all.length !== 1 || !only || only.folder !== MOUNT) return;
  const leaf = join(MOUNT, group, 'node');
  await mkdir(leaf, { recursive: true });
  for (const pid of pids) await writeFile(join(leaf, 'cgroup.procs'), String(pid));
}

/** Removes the group, all below it and its parents that are left empty. */
export async function removeControlGroup(group: string): Promise<void> {
  for (const { folder } of await hierarchies()) {
    await waitFor(`control group ${folder}/${group} to be empty`, () => removeTree(join(folder, group)), { timeout: 30_000, every: 50 });
    const [parent] = group.split('/');
    if (parent) await rmdir(join(folder, parent)).catch(() => {}); // another instance still lives in it
  }
}

async function removeTree(folder: string): Promise<true | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return true;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder);
  return true;
}
