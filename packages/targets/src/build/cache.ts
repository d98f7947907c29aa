import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { cacheFolder } from '../places.ts';
import { exists } from '../process/files.ts';
import { withLock } from '../process/lock.ts';

const HALF_AN_HOUR = 30 * 60_000;
/** Marks an entry as whole, contains the sizes of its large files, and is as old as its last use. */
const MARK = '.complete';
/** A smaller file than this is written at once; one that a full disk or a crash cut short is larger. */
const LARGE_BYTES = 1024 ** 2;
export const DRAFT = '.draft-';

/** The SHA-256 of the parts, short enough for a folder's name. */
export const keyOf = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 20);
};

/** The key of some files' contents. */
export async function keyOfFiles(files: readonly string[]): Promise<string> {
  return keyOf(...(await Promise.all(files.map((file) => readFile(file)))));
}

/** Where an entry lies once it is built. */
export const entryFolder = (kind: string, key: string): string => join(cacheFolder(), kind, key);

export const entryLock = (kind: string, key: string): string => `cache/${kind}/${key}`;

/** True where the entry is whole: it was marked when all of it was written, and its large files still have their sizes. */
export const isCached = (kind: string, key: string): Promise<boolean> => isWhole(entryFolder(kind, key));

async function isWhole(folder: string): Promise<boolean> {
  const mark = await readFile(join(folder, MARK), 'utf8').catch(() => undefined);
  const sizes = mark === undefined ? undefined : sizesOf(mark);
  if (!sizes) return false;
  const same = await Promise.all(
    Object.entries(sizes).map(([file, size]) =>
      stat(join(folder, file)).then(
        (found) => found.size === size,
        () => false,
      ),
    ),
  );
  return same.every(Boolean);
}

function sizesOf(mark: string): Record<string, number> | undefined {
  try {
    return mark === '' ? {} : (JSON.parse(mark) as Record<string, number>);
  } catch {
    return undefined; // cut short itself
  }
}

/** When the entry was last asked for, in milliseconds since 1970; undefined where it is not whole. */
export const lastUse = (folder: string): Promise<number | undefined> =>
  stat(join(folder, MARK)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

/**
 * The folder of a cache entry; `build` fills it first where it is missing or damaged. It appears whole, by a rename, or
 * not at all. Two processes never build the same one at once.
 */
export async function cached(
  kind: string,
  key: string,
  build: (folder: string) => Promise<void>,
  progress?: Pick<Progress, 'print'>,
): Promise<string> {
  const folder = entryFolder(kind, key);
  if (await isWhole(folder)) return used(folder);
  return withLock(entryLock(kind, key), { timeout: HALF_AN_HOUR }, async () => {
    if (await isWhole(folder)) return used(folder);
    await mkdir(dirname(folder), { recursive: true });
    if ((await removeDrafts(folder)) || (await exists(folder)))
      progress?.print(`repaired: the cache's ${kind} was half-written or damaged; it is built again`);
    const draft = await mkdtemp(`${folder}${DRAFT}`);
    try {
      await build(draft);
      await writeFile(join(draft, MARK), JSON.stringify(await largeFiles(draft)));
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    return folder;
  });
}

async function used(folder: string): Promise<string> {
  const now = new Date();
  await utimes(join(folder, MARK), now, now).catch(() => {}); // another user's cache can be read all the same
  return folder;
}

async function largeFiles(folder: string): Promise<Record<string, number>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  const sizes = await Promise.all(files.map(async (file) => [relative(folder, file), (await stat(file)).size] as const));
  return Object.fromEntries(sizes.filter(([, size]) => size >= LARGE_BYTES));
}

/** Removes the remains of killed builds of the same entry: only the process with the entry's lock builds it. */
async function removeDrafts(folder: string): Promise<boolean> {
  const drafts = (await readdir(dirname(folder))).filter((name) => name.startsWith(`${basename(folder)}${DRAFT}`));
  for (const draft of drafts) await rm(join(dirname(folder), draft), { recursive: true, force: true });
  return drafts.length > 0;
}
