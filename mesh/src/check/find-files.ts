import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError, UsageError } from '@mesh-platform/kubernetes';

const YAML_FILE = /\.(ya?ml|json)$/;
/** Folders of tools, whose JSON and YAML is not for a cluster. */
const SKIPPED_FOLDER = /^(\..+|node_modules)$/;
const MAX_FILES = 20_000;

/** A file as it is or, of a folder, its YAML and JSON files with those of its subfolders, in order. Throws a PlatformError where the path cannot be read. */
export async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(unreadable(path));
  if (!found.isDirectory()) return [path];
  const files: string[] = [];
  await collect(path, files, new Set());
  if (files.length === 0) throw new UsageError(`the folder ${path} contains no YAML file`, 'name a folder with .yaml, .yml or .json files');
  return files;
}

/** A folder or file that links lead to again is read once. */
async function collect(folder: string, files: string[], seen: Set<string>): Promise<void> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(unreadable(folder));
  for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined); // a link to nothing
    const isFolder = found?.isDirectory() && !SKIPPED_FOLDER.test(name);
    if (!isFolder && !(found?.isFile() && YAML_FILE.test(name))) continue;
    const real = await realpath(path);
    if (seen.has(real)) continue;
    seen.add(real);
    if (isFolder) await collect(path, files, seen);
    else if (files.push(path) > MAX_FILES)
      throw new PlatformError(`the folder ${folder} is not read: more than ${MAX_FILES} files are in it`, 'name a smaller folder');
  }
}

/** The error of a file system, as one of the user's. */
export function pathError(path: string, error: unknown): PlatformError {
  const hint = 'name files or folders of YAML, or - for standard input';
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new UsageError(`there is no ${path}`, hint, { cause: error });
  return new PlatformError(`${path} cannot be read: ${messageOf(error)}`, hint, { cause: error });
}

const unreadable =
  (path: string) =>
  (error: unknown): never => {
    throw pathError(path, error);
  };
