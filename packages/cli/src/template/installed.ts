import { copyFile, mkdir, readFile, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LockFile } from '../services/production-closure.ts';

/**
 * Installs a change of package-lock.json where it changes only workspaces: it adds and removes links, and fetches nothing.
 * Otherwise, and where the packages are not those of the lock file before, `./platform` installs them at its next start.
 */
export async function installLinks(checkout: string, lockBefore: string): Promise<void> {
  const record = join(checkout, 'node_modules/.installed-package-lock.json');
  const installed = await readFile(record, 'utf8').catch(() => undefined);
  const [before, after] = [lockBefore, await readFile(join(checkout, 'package-lock.json'), 'utf8')].map(installedBy) as [
    Installed,
    Installed,
  ];
  if (installed !== lockBefore || !isDeepStrictEqual(before.fetched, after.fetched)) return;
  for (const path of before.links.keys()) {
    if (after.links.has(path)) continue;
    await rm(join(checkout, path), { force: true });
    await rmdir(dirname(join(checkout, path))).catch(() => {}); // the folder of a scope, with its last link
  }
  for (const [path, folder] of after.links) {
    if (before.links.has(path)) continue;
    await mkdir(dirname(join(checkout, path)), { recursive: true });
    await symlink(relative(dirname(path), folder), join(checkout, path));
  }
  const whole = `${record}.${process.pid}.draft`; // another checkout may share the file by a hard link
  await copyFile(join(checkout, 'package-lock.json'), whole);
  await rename(whole, record);
}

interface Installed {
  /** The folder of each workspace, by where it is linked. */
  readonly links: ReadonlyMap<string, string>;
  /** What npm fetches. */
  readonly fetched: Readonly<Record<string, unknown>>;
}

function installedBy(lock: string): Installed {
  const entries = Object.entries((JSON.parse(lock) as LockFile).packages).filter(([path]) => path.includes('node_modules/'));
  return {
    links: new Map(entries.flatMap(([path, { link, resolved }]) => (link && resolved ? [[path, resolved] as const] : []))),
    fetched: Object.fromEntries(entries.filter(([, { link }]) => !link)),
  };
}
