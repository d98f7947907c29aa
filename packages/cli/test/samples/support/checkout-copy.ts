import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkout, run } from '@mesh-platform/targets';

/** Paths that are not copied: the history, and linked folders. */
const LEFT_OUT = new Set(['.git', 'node_modules']);

/** A copy of the checkout as it is now, to edit; its packages are the checkout's own. */
export async function copyOfCheckout(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'mesh-platform-copy-'));
  const folder = join(home, 'checkout');
  await cp(checkout, folder, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: (path) => !LEFT_OUT.has(basename(path)),
  });
  await installAsHere(folder);
  return { folder, remove: () => rm(home, { recursive: true, force: true }) };
}

/** Gives a copy or a clone the packages that are installed here. Links to the workspaces are relative, so they lead to its own. */
export async function installAsHere(folder: string): Promise<void> {
  for (const packages of ['node_modules', 'mesh/node_modules'])
    await run('cp', ['--archive', '--link', join(checkout, packages), join(folder, packages)], { timeout: 120_000 }).catch(
      () => cp(join(checkout, packages), join(folder, packages), { recursive: true, verbatimSymlinks: true }), // another file system
    );
}

/** Makes the copy a repository of its own, all of it committed. */
export async function committed(folder: string): Promise<void> {
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=A Reader', '-c', 'user.email=reader@example.com', ...args], { cwd: folder, timeout: 60_000 });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Begin');
}
