import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from '../../places.ts';
import { exists } from '../../process/exists.ts';
import { withLock } from '../../process/lock.ts';

const HALF_AN_HOUR = 30 * 60_000;

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

/** True where the entry is complete. An entry appears whole, by a rename, or not at all. */
export const isCached = (kind: string, key: string): Promise<boolean> => exists(join(entryFolder(kind, key), '.complete'));

/** The folder of a cache entry; `build` fills it first where it is missing. Two processes never build the same one at once. */
export async function cached(kind: string, key: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = entryFolder(kind, key);
  if (await isCached(kind, key)) return folder;
  return withLock(`cache/${kind}/${key}`, { timeout: HALF_AN_HOUR }, async () => {
    if (await isCached(kind, key)) return folder;
    await mkdir(dirname(folder), { recursive: true });
    await removeDrafts(folder);
    const draft = await mkdtemp(`${folder}.draft-`);
    try {
      await build(draft);
      await writeFile(join(draft, '.complete'), '');
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    return folder;
  });
}

/** What killed builds of the same entry left; whoever holds the entry's lock is the only one who builds it. */
async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(dirname(folder))).filter((name) => name.startsWith(`${basename(folder)}.draft-`));
  for (const draft of drafts) await rm(join(dirname(folder), draft), { recursive: true, force: true });
}
