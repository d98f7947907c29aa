import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process that listens at a port of this machine. */
export interface Listener {
  readonly pid: number;
  /** Its command line, cut where it is long. */
  readonly program: string;
}

const LISTENING = '0A';
/** 127.0.0.1, every IPv4 address, ::1, every IPv6 address, and 127.0.0.1 as IPv6 writes it; as the kernel's tables write them. */
const LOOPBACK = new Set([
  '0100007F',
  '00000000',
  '00000000000000000000000001000000',
  '00000000000000000000000000000000',
  '0000000000000000FFFF00000100007F',
]);

/** Whether somebody listens where a listener at 127.0.0.1 would be refused, and who, where that may be seen. */
export async function listenerAt(port: number): Promise<Listener | 'somebody' | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  const inode = tables.map((table) => socketAt(table, port)).find((found) => found !== undefined);
  if (inode === undefined) return undefined;
  return (await ownerOf(inode)) ?? 'somebody';
}

/** The socket of a table like /proc/net/tcp that listens at the port: its inode. */
export function socketAt(table: string, port: number): string | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const [address = '', hex] = local.split(':');
    if (state === LISTENING && hex === wanted && LOOPBACK.has(address)) return inode;
  }
  return undefined;
}

/** Another user's processes do not show their files to everybody. */
async function ownerOf(inode: string): Promise<Listener | undefined> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      if (target === `socket:[${inode}]`) return { pid: Number(pid), program: await programOf(pid) };
    }
  }
  return undefined;
}

const LONGEST = 80;

/** The command line of a process, in one line. */
export async function programOf(pid: string | number): Promise<string> {
  const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
  const name = line || (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  const short = name.replace(/^.*\/packages\/cli\/src\/main\.ts/, './platform');
  return short.length > LONGEST ? `${short.slice(0, LONGEST)}…` : short;
}
