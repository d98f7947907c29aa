import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes/platform-error';
import { waitFor } from '../../process/wait.ts';

const MOUNT = '/sys/fs/cgroup';
/** The kubelet does not start without them: https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/kubelet/cm/cgroup_v2_manager_linux.go */
export const REQUIRED_CONTROLLERS = ['cpu', 'cpuset', 'memory', 'pids'] as const;
/** The kubelet asks for hugetlb where the kernel has it; io serves limits of containers. */
const OPTIONAL_CONTROLLERS = ['hugetlb', 'io'] as const;
/** The leaf of a node's own processes. */
const LEAF = 'node';
const EMPTY_MS = 10_000;

/** One hierarchy of control groups: cgroup v2 has one in all, v1 one for each set of controllers. */
export interface Hierarchy {
  readonly folder: string;
  /** Their names, as version 1 writes them; empty for version 2. */
  readonly controllers: string;
  /** The group of this process in it, as the kernel names it. */
  readonly current: string;
}

export async function hierarchies(): Promise<readonly Hierarchy[]> {
  return hierarchiesOf(await readFile('/proc/self/cgroup', 'utf8'));
}

/** The hierarchies that the text of a `/proc/PID/cgroup` lists. */
export function hierarchiesOf(text: string): readonly Hierarchy[] {
  const lines = text.trim().split('\n');
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

/** Whether control groups of version 2 are the only ones of this machine. */
export const isVersion2 = (all: readonly Hierarchy[]): boolean => all.length === 1 && all[0]?.folder === MOUNT;

/** Moves this process into the group, in every hierarchy; its later children are born there. Returns the way back. */
export async function enterControlGroup(group: string): Promise<() => Promise<void>> {
  const all = await hierarchies();
  if (isVersion2(all)) for (const parent of parentsOf(MOUNT, group)) await delegateTo(parent);
  for (const { folder } of all) await enter(folder, group);
  return async () => {
    for (const { folder, current } of all) await leave(folder, current);
  };
}

/** systemd removes the group of a session that has ended, so the root of the hierarchy is the way back that is always there. */
async function leave(folder: string, group: string): Promise<void> {
  const enterGroup = (name: string) => writeFile(join(folder, name, 'cgroup.procs'), String(process.pid));
  await enterGroup(group).catch(() => enterGroup('/'));
}

/** The folders above a group, from the root of its hierarchy on: `a/b` lies in `MOUNT` and `MOUNT/a`. */
const parentsOf = (root: string, group: string): string[] =>
  group.split('/').map((_, index, names) => join(root, ...names.slice(0, index)));

async function delegateTo(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await delegateControllers(folder);
}

async function enter(folder: string, group: string): Promise<void> {
  let parent = folder;
  for (const name of group.split('/')) {
    const child = join(parent, name);
    await mkdir(child, { recursive: true });
    // v1: a new cpuset has no processor and takes no process until it is given some.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) await inherit(parent, child, file);
    parent = child;
  }
  await writeFile(join(parent, 'cgroup.procs'), String(process.pid));
}

/**
 * Hands the controllers that the kubelet needs down to the group's children (cgroup v2). Throws with the controller and the
 * file where the group has no such controller, or where the kernel refuses.
 */
export async function delegateControllers(folder: string): Promise<void> {
  const available = await controllersIn(join(folder, 'cgroup.controllers'));
  const absent = REQUIRED_CONTROLLERS.filter((name) => !available.includes(name));
  if (absent.length > 0) throw notDelegated(absent.join(', '), join(folder, 'cgroup.controllers'), 'the group does not have it');
  const file = join(folder, 'cgroup.subtree_control');
  for (const controller of [...REQUIRED_CONTROLLERS, ...OPTIONAL_CONTROLLERS]) {
    if (!available.includes(controller) || (await controllersIn(file)).includes(controller)) continue;
    await writeFile(file, `+${controller}`).catch((cause) => {
      throw notDelegated(controller, file, messageOf(cause), cause);
    });
  }
}

const controllersIn = async (file: string): Promise<readonly string[]> => (await readFile(file, 'utf8')).trim().split(/\s+/);

function notDelegated(controller: string, file: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError(
    `cgroup controller ${controller} cannot be delegated: ${file}: ${why}`,
    'in a container: run it with --privileged --cgroupns=host; else boot with cgroup_enable=memory and without real-time processes in a group',
    { cause },
  );
}

async function inherit(parent: string, child: string, file: string): Promise<void> {
  const own = await readFile(join(child, file), 'utf8').catch(() => undefined);
  if (own?.trim() !== '') return;
  const value = (await readFile(join(parent, file), 'utf8').catch(() => '')).trim();
  if (value !== '') await writeFile(join(child, file), value);
}

/**
 * Moves every process of the node's group into a leaf and hands the group's controllers down: cgroup v2 lets a group have
 * either processes or children with controllers, and the kubelet makes such children. On v1 this changes nothing.
 */
export async function delegateControlGroup(group: string): Promise<void> {
  if (!isVersion2(await hierarchies())) return;
  await moveIntoLeaf(join(MOUNT, group));
  await delegateControllers(join(MOUNT, group));
}

/** Moves all processes of a group of cgroup v2 into its leaf, also those that are started meanwhile. */
export async function moveIntoLeaf(folder: string): Promise<void> {
  const leaf = join(folder, LEAF);
  await mkdir(leaf, { recursive: true });
  const moved = async () => {
    const pids = (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean);
    for (const pid of pids) await writeFile(join(leaf, 'cgroup.procs'), pid).catch(unlessEnded);
    return pids.length === 0 ? true : undefined;
  };
  await waitFor(`${folder} without a process of its own`, moved, { timeout: EMPTY_MS, every: 10 });
}

function unlessEnded(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ESRCH') throw error;
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
