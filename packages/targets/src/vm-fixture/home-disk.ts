import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { lastUse } from '../build/cache.ts';
import { refreshFile } from '../embedded/build/root-filesystem.ts';
import { cacheFolder, checkout } from '../places.ts';
import { exists, linkTree } from '../process/files.ts';
import { run } from '../process/run.ts';
import { diskOf } from './system-disk.ts';

/** The caches, and what a node writes in the machine. */
const HOME_BYTES = 24 * 1024 ** 3;
const COPY_MS = 10 * 60_000;
/** Folders of the checkout that stay here: history, and what was reported. */
const LEFT_OUT = ['.git', '.turbo'] as const;

/**
 * Makes the disk that the machine has as root's home: the checkout, `key` as the one that may log in, and the entries of the cache that were
 * used since `usedSince`, in milliseconds since 1970. `prepare` works on the copy of the checkout first.
 */
export async function homeDisk(
  disk: string,
  key: string,
  usedSince: number,
  prepare: (copy: string) => Promise<void>,
  progress: Progress,
): Promise<void> {
  const home = `${disk}.folder`;
  const copy = join(home, 'mesh');
  const cache = join(home, '.cache/mesh-platform');
  try {
    await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o711 });
    await copyFile(key, join(home, '.ssh/authorized_keys'));
    await progress.step('the checkout for the machine', async () => {
      await mkdir(copy);
      for (const name of await readdir(checkout))
        if (!LEFT_OUT.some((left) => left === name)) await run('cp', ['-a', join(checkout, name), copy], { timeout: COPY_MS });
      await prepare(copy);
    });
    for (const entry of await entriesUsedSince(usedSince)) {
      await mkdir(dirname(join(cache, entry)), { recursive: true });
      await linkTree(join(cacheFolder(), entry), join(cache, entry));
    }
    if (await exists(refreshFile())) await copyFile(refreshFile(), join(cache, basename(refreshFile()))); // part of the keys
    await progress.step('a disk with the checkout and the caches', () => diskOf(home, disk, HOME_BYTES));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Of the cache: what Go keeps, which only builds need, and the disks of the suite. */
const NO_ENTRIES = new Set(['go', 'vm', 'vm-system']);

/** `programs/0c42…`, `images/core/71ab…` */
export async function entriesUsedSince(time: number, under = ''): Promise<readonly string[]> {
  const depth = under === '' ? 0 : under.split('/').length;
  const folders = (await readdir(join(cacheFolder(), under), { withFileTypes: true })).filter(
    (found) => found.isDirectory() && !NO_ENTRIES.has(found.name),
  );
  const found = await Promise.all(
    folders.map(async ({ name }) => {
      const path = join(under, name);
      const used = await lastUse(join(cacheFolder(), path));
      if (used !== undefined) return used >= time ? [path] : [];
      return depth < 2 ? entriesUsedSince(time, path) : [];
    }),
  );
  return found.flat();
}
