import { createHash } from 'node:crypto';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lockFolder, runFolder } from '../places.ts';
import { ensureOwnFolder } from './files.ts';
import { type KernelLock, tryKernelLock } from './kernel-lock.ts';

export interface LockOptions {
  /** Milliseconds to wait for another holder. */
  readonly timeout: number;
  /** Called once, with the holder's process number, if another process has the lock. */
  readonly onWait?: (pid: number) => void;
}

/**
 * Runs `work` while no other process of this user on this machine has the lock. The kernel unlocks a file in a folder of the
 * user's own: no other user can take the name, and no lock outlives its holder. A socket next to the file names the holder.
 */
export async function withLock<T>(name: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const held = await acquire(name, options);
  try {
    return await work();
  } finally {
    await release(held);
  }
}

/** Limit for a holder to send its process number. */
const LOOK_MS = 1_000;
/** A holder that cannot be connected to takes or releases the lock right now; one that was killed has unlocked it. */
const SETTLE_MS = 2_000;
const RETRY_MS = 10;

/** Short: the path of a socket has at most 107 bytes, on macOS 103. */
function lockFile(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 10);
  return join(lockFolder(), `${name.replaceAll(/[^a-z0-9-]/g, '_').slice(0, 20)}-${hash}`);
}
const SOCKET = '.s';
const socketFile = (name: string): string => `${lockFile(name)}${SOCKET}`;

/** The process that has the lock; 0 where it does not answer (it may be stopped), undefined where no process has it. */
export async function holderOf(name: string): Promise<number | undefined> {
  let holder: number | undefined;
  await listenTo(name, LOOK_MS, {
    onConnect: () => {
      holder = 0;
    },
    onHolder: (pid, socket) => {
      holder = pid;
      socket.destroy();
    },
  });
  return holder;
}

interface Held {
  readonly lock: KernelLock;
  readonly server: Server;
  readonly waiting: ReadonlySet<Socket>;
}

async function acquire(name: string, { timeout, onWait }: LockOptions): Promise<Held> {
  const end = performance.now() + timeout;
  let unsettledUntil = end + SETTLE_MS;
  let reported = false;
  for (;;) {
    const lock = await take(name);
    if (lock) return listen(name, lock);
    let connected = false;
    await listenTo(name, Math.max(end - performance.now(), RETRY_MS), {
      onConnect: () => {
        connected = true;
      },
      onHolder: (pid) => {
        if (!reported) onWait?.(pid);
        reported = true;
      },
    });
    const now = performance.now();
    if (connected) unsettledUntil = Math.max(end, now) + SETTLE_MS;
    if (now >= (connected ? end : unsettledUntil))
      throw new Error(`another process still has the lock '${name}' after ${timeout / 1000} s`);
    if (!connected) await pause(RETRY_MS);
  }
}

async function take(name: string): Promise<KernelLock | undefined> {
  for (;;) {
    try {
      if (dirname(lockFolder()) === runFolder) await ensureOwnFolder(runFolder, { secret: false });
      await ensureOwnFolder(lockFolder(), { secret: true });
      return await tryKernelLock(lockFile(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // whoever released the last lock removed the folder
    }
  }
}

/** Only the holder of the lock binds its socket, so one that is there belongs to a dead process. */
async function listen(name: string, lock: KernelLock): Promise<Held> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {}).on('close', () => waiting.delete(socket));
    socket.write(`${process.pid}\n`);
  });
  try {
    await rm(socketFile(name), { force: true });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketFile(name), resolve));
  } catch (error) {
    await lock.release();
    throw error;
  }
  server.unref();
  return { lock, server, waiting };
}

interface Listeners {
  readonly onConnect: () => void;
  readonly onHolder: (pid: number, socket: Socket) => void;
}

/** Connects to the holder's socket and resolves when it closes: at the latest when the holder releases the lock or ends. */
function listenTo(name: string, timeout: number, { onConnect, onHolder }: Listeners): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(socketFile(name));
    const timer = setTimeout(() => socket.destroy(), timeout);
    socket
      .setEncoding('utf8')
      .on('connect', onConnect)
      .on('data', (text: string) => onHolder(Number(text), socket))
      .on('error', () => {})
      .on('close', () => {
        clearTimeout(timer);
        resolve();
      });
  });
}

async function release({ lock, server, waiting }: Held): Promise<void> {
  // Removes the socket file, so it comes first: afterwards it may be the next holder's.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await lock.release();
  await removeFolders();
  for (const socket of waiting) socket.destroy();
  await closed;
}

/** Removes the files that killed holders left. */
export async function removeStaleLocks(): Promise<void> {
  const files = (await readdir(lockFolder()).catch(() => [])).filter((name) => !name.endsWith(SOCKET));
  for (const file of files.map((name) => join(lockFolder(), name))) {
    const lock = await tryKernelLock(file).catch(() => undefined); // the folder may be gone by now
    if (!lock) continue;
    await rm(`${file}${SOCKET}`, { force: true });
    await lock.release();
  }
  await removeFolders();
}

/** Leaves nothing on the machine where no lock is held. */
async function removeFolders(): Promise<void> {
  for (const folder of [lockFolder(), dirname(lockFolder())]) await rmdir(folder).catch(() => {}); // others live in it
}
