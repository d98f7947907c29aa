import { spawn } from 'node:child_process';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { PlatformError } from '@mesh-platform/kubernetes/platform-error';

/** flock(1) reports a lock of another process with this status, and every other failure with another. */
const CONFLICT = 75;
/** open(2) of macOS takes the lock itself, and has no flock(1). */
const O_EXLOCK = 0x20;

/** A file that this process has locked. The kernel unlocks it when the process ends, however it ends. */
export interface KernelLock {
  /** Removes the file and unlocks it. */
  release(): Promise<void>;
}

/** Locks the file, which is created where it is missing; undefined where another open file has the lock. Throws ENOENT without its folder. */
export async function tryKernelLock(file: string): Promise<KernelLock | undefined> {
  for (;;) {
    const handle = await openLocked(file);
    if (!handle) return undefined;
    if (await isStill(handle, file)) return { release: () => release(handle, file) };
    await handle.close(); // its last holder has removed it meanwhile: the lock is on a file that no other process finds
  }
}

async function openLocked(file: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  if (platform() === 'darwin') {
    return open(file, flags | O_EXLOCK | constants.O_NONBLOCK, 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EAGAIN') return undefined;
      throw error;
    });
  }
  const handle = await open(file, flags, 0o600);
  try {
    if (await flock(handle.fd)) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** Locks the open file, which the program shares with this process: the lock stays when the program ends. */
function flock(fd: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['--exclusive', '--nonblock', '--conflict-exit-code', String(CONFLICT), '3'], {
      stdio: ['ignore', 'ignore', 'ignore', fd],
    });
    child.once('error', () => reject(new PlatformError('cannot take a lock: flock is not installed', 'install util-linux')));
    child.once('close', (status) => {
      if (status === 0 || status === CONFLICT) resolve(status === 0);
      else reject(new Error(`flock ended with status ${status}`));
    });
  });
}

async function isStill(handle: FileHandle, file: string): Promise<boolean> {
  const [held, found] = await Promise.all([handle.stat(), stat(file).catch((): Partial<Stats> => ({}))]);
  return held.ino === found.ino && held.dev === found.dev;
}

async function release(handle: FileHandle, file: string): Promise<void> {
  await rm(file, { force: true }); // while it is locked: afterwards it may be the next holder's
  await handle.close();
}
