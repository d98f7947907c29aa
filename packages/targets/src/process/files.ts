import { access, constants, lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes/platform-error';
import { run } from './run.ts';

const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;

/**
 * Creates the folder, and its parents, where it is missing. Throws PlatformError unless it is a real folder of this user that
 * no other user can write to, or, with `secret`, open: what another user can replace protects nothing.
 */
export async function ensureOwnFolder(folder: string, { secret }: { readonly secret: boolean }): Promise<void> {
  await mkdir(folder, { recursive: true, mode: secret ? 0o700 : 0o755 });
  const reason = await whyForeign(folder, secret ? OPEN_TO_OTHERS : WRITABLE_BY_OTHERS);
  if (reason)
    throw new PlatformError(`cannot use the folder ${folder}: ${reason}`, `remove it and run the command again: rm -r '${folder}'`);
}

async function whyForeign(folder: string, forbidden: number): Promise<string | undefined> {
  const found = await lstat(folder); // not stat: a symbolic link may point anywhere tomorrow
  const mode = found.mode & 0o777;
  if (!found.isDirectory()) return 'it is a symbolic link';
  if (found.uid !== process.getuid?.()) return `it belongs to user ${found.uid}, expected user ${process.getuid?.()}`;
  if (mode & forbidden) return `its mode is 0${mode.toString(8)}, expected 0${(mode & ~forbidden).toString(8)}`;
  return undefined;
}

/** Whether the path is there for us; with `executable`, whether it can be run. */
export const exists = (path: string, { executable = false } = {}): Promise<boolean> =>
  access(path, executable ? constants.X_OK : constants.F_OK).then(
    () => true,
    () => false,
  );

/** Copies a folder whose files are never written again: as hard links where the file system allows it. */
export async function linkTree(from: string, to: string): Promise<void> {
  const flags = (await sameDevice(from, dirname(to))) ? '-al' : '-a';
  await run('cp', [flags, from, to], { timeout: 300_000 });
}

const sameDevice = async (a: string, b: string): Promise<boolean> => (await stat(a)).dev === (await stat(b)).dev;
