import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { exists } from '../../process/exists.ts';
import { withLock } from '../../process/lock.ts';
import { run } from '../../process/run.ts';
import type { Progress } from '../../progress.ts';

const TEN_MINUTES = 600_000;

/** Which of these the Debian archive must still put on the host. Each package is named like its program. */
export async function missingHostPackages(names: readonly string[]): Promise<readonly string[]> {
  const present = await Promise.all(names.map((name) => exists(`/usr/bin/${name}`, { executable: true })));
  return names.filter((_, index) => !present[index]);
}

/** Installs those of these that are missing, after saying so. */
export async function ensureHostPackages(names: readonly string[], progress: Progress): Promise<void> {
  await withLock('host-packages', { timeout: TEN_MINUTES }, async () => {
    const missing = await missingHostPackages(names);
    if (missing.length === 0) return;
    progress.say(`installing on this machine, from Debian: ${missing.join(', ')}`);
    const apt = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120'];
    const options = { timeout: TEN_MINUTES, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    try {
      await run('apt-get', [...apt, 'update'], options);
      await run('apt-get', [...apt, 'install', '--no-install-recommends', ...missing], options);
    } catch (error) {
      throw new PlatformError(
        `Debian's ${missing.join(', ')} could not be installed: ${messageOf(error)}`,
        `run: apt-get update && apt-get install ${missing.join(' ')}`,
        {
          cause: error,
        },
      );
    }
  });
}
