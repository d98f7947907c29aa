import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform } from 'node:os';
import { PlatformError } from '@mesh-platform/kubernetes/platform-error';
import { run } from './run.ts';

/** A process that listens at a port of this machine. */
export interface Listener {
  readonly pid: number;
  /** Its command line, cut where it is long. */
  readonly program: string;
}

const ANSWER_MS = 15_000;
const LISTENING = '0A';
const ESTABLISHED = '01';
/** The inode of a connection whose process has closed it: no process owns it. */
const NO_INODE = '0';
/** 127.0.0.1, every IPv4 address, ::1, every IPv6 address, and 127.0.0.1 as IPv6 writes it; as the kernel's tables write them. */
const LOOPBACK = new Set([
  '0100007F',
  '00000000',
  '00000000000000000000000001000000',
  '00000000000000000000000000000000',
  '0000000000000000FFFF00000100007F',
]);

/** The process that listens where a listener at 127.0.0.1 would be refused; `unknown` where it is another user's. */
export async function listenerAt(port: number): Promise<Listener | 'unknown' | undefined> {
  if (platform() !== 'linux') return listenerByLsof(port);
  const inode = (await tables()).map((table) => socketAt(table, port)).find((found) => found !== undefined);
  if (inode === undefined) return undefined;
  return (await ownerOf(inode)) ?? 'unknown';
}

/** macOS has no /proc. Without root, lsof finds only this user's processes, which include Docker's own. */
async function listenerByLsof(port: number): Promise<Listener | undefined> {
  const output = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { timeout: ANSWER_MS }).catch(() => ''); // fails without one
  const [, pid, program = ''] = /^p(\d+)\nc(.*)$/m.exec(output) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), program };
}

/** The error for a port that a target needs and another process has. */
export function portTaken(port: number, holder: Listener | 'unknown'): PlatformError {
  const program = holder === 'unknown' ? 'another user’s program' : `process ${holder.pid} (${holder.program})`;
  const end = holder === 'unknown' ? `end that program (ss -ltnp 'sport = :${port}' names it)` : `end it (kill ${holder.pid})`;
  return new PlatformError(
    `port ${port} of 127.0.0.1 is taken by ${program}`,
    `${end}, or use ./platform up --instance NAME, which has ports of its own`,
  );
}

/** One end of a connection: an IPv4 address and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * The user whose process has the connection open that leads from one address and port of this machine to another; undefined
 * where no process has. A port does not identify a connection: every address of 127.0.0.0/8 has ports of its own.
 */
export async function connectedUser(from: Endpoint, to: Endpoint): Promise<number | undefined> {
  return (await tables()).map((table) => userOf(table, from, to)).find((user) => user !== undefined);
}

const tables = (): Promise<string[]> => Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));

/** The socket of a table like /proc/net/tcp that listens at the port: its inode. */
export const socketAt = (table: string, port: number): string | undefined =>
  rowsOf(table).find(({ state, local }) => state === LISTENING && isLoopback(local, port))?.inode;

/** The number of the user whose socket of such a table is connected from one address and port to another. */
export function userOf(table: string, from: Endpoint, to: Endpoint): number | undefined {
  const [local, remote] = [writingsOf(from), writingsOf(to)];
  const row = rowsOf(table).find(
    (one) => one.state === ESTABLISHED && one.inode !== NO_INODE && local.includes(one.local) && remote.includes(one.remote),
  );
  return row && Number(row.user);
}

/** How the kernel's tables write an end: as IPv4, and as IPv6 where the program has opened a socket of that. Bytes are x86's. */
function writingsOf({ address, port }: Endpoint): readonly string[] {
  const hex = (number: number, digits: number) => number.toString(16).toUpperCase().padStart(digits, '0');
  const ip = address.split('.').toReversed();
  const end = `${ip.map((byte) => hex(Number(byte), 2)).join('')}:${hex(port, 4)}`;
  return [end, `0000000000000000FFFF0000${end}`];
}

function rowsOf(table: string) {
  const rows = table.split('\n').slice(1);
  return rows.map((row) => {
    const [, local = '', remote = '', state, , , , user, , inode] = row.trim().split(/\s+/);
    return { local, remote, state, user, inode };
  });
}

function isLoopback(endpoint: string, port: number): boolean {
  const [address = '', hex = ''] = endpoint.split(':');
  return LOOPBACK.has(address) && Number.parseInt(hex, 16) === port;
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

/** A loopback port on which no process listens now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}
