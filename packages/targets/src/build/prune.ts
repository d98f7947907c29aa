import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, runFolder } from '../places.ts';
import { holderOf, withLock } from '../process/lock.ts';
import { DRAFT, entryLock, lastUse } from './cache.ts';

/** Entries without a use in a week belong to pins that no node runs any more. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
const KINDS = ['programs', 'prebuilt', 'node-root', 'base-archive', 'image-stores', 'image-deps', 'vm-system'] as const;

interface Entry {
  readonly kind: string;
  /** The name of the folder: the key, with the suffix of a draft where it is one. */
  readonly name: string;
}

/** Deletes cache entries of earlier pins and what killed builds left; gives how many. An entry in use is kept, whoever uses it. */
export async function pruneCache(now = Date.now()): Promise<readonly Entry[]> {
  const inUse = await foldersInUse();
  const pruned: Entry[] = [];
  for (const entry of await allEntries()) {
    const folder = join(cacheFolder(), entry.kind, entry.name);
    if (inUse.some((path) => path.startsWith(`${folder}/`))) continue;
    if (await isOver(entry, folder, now)) pruned.push(entry);
  }
  return pruned;
}

async function isOver({ kind, name }: Entry, folder: string, now: number): Promise<boolean> {
  const [key = name, draft] = name.split(DRAFT);
  if (draft !== undefined) {
    if ((await holderOf(entryLock(kind, key))) !== undefined) return false; // it is being built
    await rm(folder, { recursive: true, force: true });
    return true;
  }
  const old = async () => now - ((await lastUse(folder)) ?? now) > KEPT_MS;
  if (!(await old())) return false;
  return withLock(entryLock(kind, key), { timeout: 60_000 }, async () => {
    if (!(await old())) return false;
    await rm(folder, { recursive: true, force: true });
    return true;
  });
}

async function allEntries(): Promise<readonly Entry[]> {
  const images = (await names(join(cacheFolder(), 'images'))).map((name) => `images/${name}`);
  const found = await Promise.all(
    [...KINDS, ...images].map(async (kind) => (await names(join(cacheFolder(), kind))).map((name) => ({ kind, name }))),
  );
  return found.flat();
}

/** What running nodes, of whatever checkout and state folder, have mounted. */
async function foldersInUse(): Promise<readonly string[]> {
  const plans = await Promise.all(
    (await names(runFolder)).map((name) => readFile(join(runFolder, name, 'plan.json'), 'utf8').catch(() => '')),
  );
  return plans.flatMap((text) => {
    const [, root] = /"root":"([^"]+)"/.exec(text) ?? [];
    const [, binaries] = /"binaries":"([^"]+)"/.exec(text) ?? [];
    return [root, binaries].filter((path) => path !== undefined).map((path) => `${path}/`);
  });
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
