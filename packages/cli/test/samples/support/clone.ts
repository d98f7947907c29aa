import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, run } from '@mesh-platform/targets';
import { installAsHere } from './checkout-copy.ts';

const CLONE_MS = 60_000;
const PROGRAM_MS = 8 * 60_000;

/** A clone of the committed files, with the packages that are installed here, to work in. */
export interface Clone extends AsyncDisposable {
  readonly folder: string;
  /** Runs a program in it. Throws CommandError with what it printed. */
  readonly run: (program: string, ...args: string[]) => Promise<string>;
  /** Runs its `./platform`. */
  readonly platform: (...args: string[]) => Promise<string>;
}

/** Clones the checkout, on a branch `main`. */
export async function cloneOfCheckout(): Promise<Clone> {
  const folder = join(await mkdtemp(join(tmpdir(), 'mesh-platform-clone-')), 'clone');
  await run('git', ['clone', '--quiet', checkout, folder], { timeout: CLONE_MS });
  // Turbo's results of this checkout: what did not change need not be compiled again.
  const env = { ...process.env, TURBO_CACHE_DIR: join(checkout, '.turbo/cache') };
  const inClone = (program: string, ...args: string[]) => run(program, args, { cwd: folder, env, timeout: PROGRAM_MS });
  await inClone('git', 'switch', '--quiet', '--force-create', 'main');
  await inClone('git', 'config', 'user.name', 'A Fork');
  await inClone('git', 'config', 'user.email', 'fork@example.com');
  await installAsHere(folder);
  return {
    folder,
    run: inClone,
    platform: (...args) => inClone('./platform', ...args),
    [Symbol.asyncDispose]: () => rm(join(folder, '..'), { recursive: true, force: true }),
  };
}
