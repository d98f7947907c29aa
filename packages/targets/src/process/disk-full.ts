import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';

const GIB = 1024 ** 3;

export interface Space {
  /** The folder that was asked for, or the nearest above it that there is. */
  readonly folder: string;
  readonly freeBytes: number;
}

/** The space that is free for files at the path. */
export async function freeSpace(path: string): Promise<Space> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { folder: path, freeBytes: bavail * bsize };
  } catch (error) {
    if (dirname(path) === path) throw error;
    return freeSpace(dirname(path));
  }
}

export const gibibytes = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/** Runs work that writes into the folders; where a disk is full, reports which one, with a hint. */
export async function mindingDisks<T>(folders: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const spaces = await Promise.all(folders.map(freeSpace));
    const free = spaces.map(({ freeBytes }, index) => `${gibibytes(freeBytes)} free at ${folders[index]}`);
    throw new PlatformError(`the disk is full: ${free.join(', ')}`, 'free some space and run the command again: it goes on where it was', {
      cause: error,
    });
  }
}

/** The error itself, what it was caused by, or the output of a program that ended for it. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'ENOSPC' || /no space left on device/i.test(messageOf(error)) || isDiskFull(error.cause);
}
