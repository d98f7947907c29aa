import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processes } from './processes.ts';

/** What a node could leave on the machine, as lines by their subject. */
export type Snapshot = Readonly<Record<string, readonly string[]>>;

/** Whose traces are looked for. The machine may run other instances at the same time, and other people's programs. */
export interface Owner {
  /** Words that the instance's processes, mounts, control groups and sockets carry. */
  readonly marks: readonly string[];
  readonly slot: number;
}

/** Another instance's link or route, by its slot: `mesh3`, `metric 20003`. */
const others =
  ({ slot }: Owner) =>
  (line: string) =>
    [...line.matchAll(/\bmesh(\d+)\b|metric 200(\d\d)\b/g)].every(([, device, metric]) => Number(device ?? metric) === slot);

export async function snapshot(owner: Owner): Promise<Snapshot> {
  const marked = (line: string) => owner.marks.some((mark) => line.includes(mark));
  const own = others(owner);
  const text = (file: string) => readFile(file, 'utf8').catch(() => '');
  const lines = async (file: string) => (await text(file)).split('\n').filter(Boolean);
  const mounts = (await lines('/proc/self/mountinfo')).map((line) => line.split(' ').slice(3).join(' '));
  return {
    processes: (await processes()).map(({ command }) => command).filter(marked),
    mounts: mounts.filter((line) => marked(line) || !line.includes('mesh-platform')),
    interfaces: (await readdir('/sys/class/net')).filter(own),
    routes: (await output('ip', ['route', 'show', 'table', 'all'])).filter(own),
    rules: await output('ip', ['rule']),
    firewall: [
      ...(await output('iptables-save', [])),
      ...(await output('ip6tables-save', [])),
      ...(await output('nft', ['list', 'ruleset'])),
      ...(await lines('/proc/net/ip_tables_names')),
    ].filter((line) => !line.startsWith('#') && !/^:|\[\d+:\d+\]/.test(line)),
    'control groups': (await folders('/sys/fs/cgroup', 4)).filter(marked),
    'abstract sockets': (await lines('/proc/net/unix')).map((line) => line.split(' ').at(-1) ?? '').filter(marked),
    listeners: await listeners(owner.slot),
    hosts: await lines('/etc/hosts'),
    'name servers': await lines('/etc/resolv.conf'),
    sysctls: (await settings('/proc/sys')).filter(own),
    'files of /run': (await folders('/run', 3)).filter(marked),
  };
}

/** The differences of the second from the first, a line each: `+ mounts: …`. */
export function difference(before: Snapshot, after: Snapshot): readonly string[] {
  return Object.entries(after).flatMap(([subject, lines]) => {
    const had = before[subject] ?? [];
    const added = lines.filter((line) => !had.includes(line)).map((line) => `+ ${subject}: ${line}`);
    const gone = had.filter((line) => !lines.includes(line)).map((line) => `- ${subject}: ${line}`);
    return [...gone, ...added];
  });
}

/** Empty where the machine has no such program. */
async function output(program: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(program, args, { timeout: 10_000 }).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean);
}

async function folders(root: string, depth: number): Promise<readonly string[]> {
  if (depth === 0) return [];
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(root, entry.name);
      return entry.isDirectory() ? [path, ...(await folders(path, depth - 1))] : entry.isSymbolicLink() ? [] : [path];
    }),
  );
  return found.flat();
}

/** The ports that follow from the slot, wherever they are listened at. */
async function listeners(slot: number): Promise<readonly string[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  const local = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)));
  const ports = [30_080 + slot, 6_443 + slot, 5_080 + slot].map((port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`);
  return local
    .filter(([, address = '', , state]) => state === '0A' && ports.some((port) => address.endsWith(port)))
    .map(([, address]) => `${address}`);
}

/** Every kernel setting with its value; those that the kernel itself changes all the time are not settings. */
async function settings(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return settings(path);
      const { mode } = await stat(path);
      const settable =
        (mode & 0o200) !== 0 &&
        !/ns_last_pid|\/random\/|file-nr|inode-|dentry-state|\/net\/ipv[46]\/(neigh|conf)\/(?!all|default)/.test(path);
      return settable ? [`${path} ${(await readFile(path, 'utf8').catch(() => '')).trim()}`] : [];
    }),
  );
  return found.flat();
}
