import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';
import { checkout, run } from '@mesh-platform/targets';
import type { Workspace } from './affected.ts';

const GIT_MS = 60_000;

const git = (...args: readonly string[]) => run('git', args, { cwd: checkout, timeout: GIT_MS });

/** What differs from where this branch left another one, committed or not, relative to the checkout. Throws where git does not know the other. */
export async function changedSince(branch: string): Promise<readonly string[]> {
  const base = await git('merge-base', '--end-of-options', 'HEAD', branch).catch((cause: unknown) => {
    throw new UsageError(`no common commit with ${branch} was found`, 'name a branch or a commit: ./platform test --changed main', {
      cause,
    });
  });
  const differing = await git('diff', '--name-only', '--no-renames', '-z', base.trim());
  const added = await git('ls-files', '-z', '--others', '--exclude-standard');
  return [...new Set(`${differing}${added}`.split('\0').filter(Boolean))].sort();
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The workspaces of this checkout. */
export async function workspacesOf(): Promise<readonly Workspace[]> {
  const read = async (folder: string) => JSON.parse(await readFile(join(checkout, folder, 'package.json'), 'utf8'));
  const { workspaces: patterns } = (await read('.')) as { readonly workspaces: readonly string[] };
  const files = globSync(
    patterns.map((pattern) => `${pattern}/package.json`),
    { cwd: checkout },
  );
  const manifests = await Promise.all(
    files.map(async (file) => ({ folder: dirname(file), manifest: (await read(dirname(file))) as Manifest })),
  );
  const folders = new Map(manifests.map(({ folder, manifest }) => [manifest.name, folder]));
  return manifests.map(({ folder, manifest: { dependencies, devDependencies } }) => ({
    folder,
    needs: Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => folders.get(name) ?? []),
  }));
}
