import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { npmEnvironment } from '../services/build.ts';
import { Draft } from './draft.ts';
import { installLinks } from './installed.ts';

/** Changes the checkout: all of it, with everything that follows and passes the checks, or nothing. `work` gives the files for the linter to lay out. */
export async function changeCheckout(progress: Progress, work: (draft: Draft) => Promise<readonly string[]>): Promise<readonly string[]> {
  await using draft = await Draft.of(checkout);
  const changed = await work(draft);
  await progress.step('what follows from it, and the checks', () => regenerate(draft, changed));
  const lockBefore = await readFile(join(checkout, 'package-lock.json'), 'utf8');
  const written = await draft.writeBack();
  await installLinks(checkout, lockBefore);
  return written;
}

const STEP_MS = 120_000;

/** Regenerates the files that follow from the changes of a draft: the lock file, the manifests, Terraform's variables, skaffold.yaml. Then it checks the policies. */
async function regenerate(draft: Draft, changed: readonly string[]): Promise<void> {
  const node = (...args: string[]) =>
    draft.run(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], npmEnvironment(), STEP_MS);
  const platform = (...args: string[]) => node('packages/cli/src/main.ts', ...args);
  try {
    await format(draft, changed);
    const npm = draft.run('npm', NPM, npmEnvironment(), STEP_MS);
    await allEnded([
      npm.then(() => node('packages/cli/scripts/generate.ts')), // skaffold.yaml follows from the lock file
      node('packages/infra/scripts/generate.ts').then(() => platform('mesh', 'render')), // which reads the patch with the clients of the database
      platform('mesh', 'check'),
    ]);
  } catch (error) {
    throw new PlatformError(`nothing was changed: ${messageOf(error)}`, 'fix what the lines above name, and try again', { cause: error });
  }
}

/** Rejects with the first failure, but only after each has ended: none may run in a removed copy. */
async function allEnded(works: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) if (outcome.status === 'rejected') throw outcome.reason;
}

const NPM = ['install', '--package-lock-only', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** As the linter writes them. */
async function format(draft: Draft, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  // The copy is no git checkout, and biome looks for one. Only the layout is fixed: other findings are for the author.
  const args = ['check', '--write', '--linter-enabled=false', '--vcs-enabled=false', '--no-errors-on-unmatched', ...files];
  await draft.run(join(draft.folder, 'node_modules/.bin/biome'), args, npmEnvironment(), STEP_MS);
}
