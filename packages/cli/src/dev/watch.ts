import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** An editor's save is several events; a checkout of another branch is hundreds. */
const QUIET_MS = 60;
/** Folders of build output and of third-party files. */
const SKIPPED = new Set(['dist', 'node_modules', '.turbo', '.git']);

/**
 * Reports the paths of files below a folder that were written, created, renamed or deleted, once all is quiet. Folders are
 * watched and not files, so an editor that puts a new file in the place of the old one is seen as well. Ends with `signal`.
 */
export async function watchFolder(root: string, signal: AbortSignal, report: (paths: ReadonlySet<string>) => void): Promise<void> {
  const watchers = new Map<string, FSWatcher>();
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    const paths = changed;
    changed = new Set();
    report(paths);
  };
  const onChange = (path: string) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(flush, QUIET_MS);
  };
  const forget = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  /** What was in a new folder before it was watched has changed too. */
  const add = async (folder: string, isNew: boolean): Promise<void> => {
    if (SKIPPED.has(basename(folder))) return;
    const entries = () => readdir(folder, { withFileTypes: true }).catch(() => undefined);
    const isFolder = await entries();
    forget(folder); // one of the same name took its place, or none
    if (!isFolder || signal.aborted) return;
    const watcher = watch(folder, (kind, name) => {
      if (name === null) return;
      onChange(join(folder, name));
      if (kind === 'rename') void add(join(folder, name), true);
    });
    watchers.set(
      folder,
      watcher.on('error', () => forget(folder)),
    );
    for (const entry of (await entries()) ?? []) {
      if (entry.isDirectory()) await add(join(folder, entry.name), isNew);
      else if (isNew) onChange(join(folder, entry.name));
    }
  };
  await add(root, false);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    for (const folder of watchers.keys()) forget(folder);
  });
}
