import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { cacheFolder } from '../../places.ts';
import { exists } from '../../process/files.ts';
import { withLock } from '../../process/lock.ts';
import { run } from '../../process/run.ts';

const TEN_MINUTES = 600_000;

/** The program of a package that has another name. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'docker.io': '/usr/sbin/dockerd',
  iproute2: '/bin/ip',
  'qemu-system-x86': '/usr/bin/qemu-system-x86_64',
  e2fsprogs: '/sbin/mke2fs',
  'openssh-client': '/usr/bin/ssh',
};

/** Which of these the Debian archive must still put on the host. */
export async function missingHostPackages(names: readonly string[]): Promise<readonly string[]> {
  const present = await Promise.all(names.map((name) => exists(PROGRAMS[name] ?? `/usr/bin/${name}`, { executable: true })));
  return names.filter((_, index) => !present[index]);
}

const recordFile = () => join(cacheFolder(), 'host-packages');

/** What has been put on this machine from the Debian archive, dependencies too. */
export const installedHostPackages = async (): Promise<readonly string[]> =>
  (await readFile(recordFile(), 'utf8').catch(() => '')).split('\n').filter(Boolean);

/** Installs what is missing, after saying so, and writes down what came with it. */
export async function ensureHostPackages(names: readonly string[], progress: Progress): Promise<void> {
  await withLock('host-packages', { timeout: TEN_MINUTES }, async () => {
    const missing = await missingHostPackages(names);
    if (missing.length === 0) return;
    progress.print(`installing on this machine, from Debian: ${missing.join(', ')}`);
    const apt = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
    // RUNLEVEL: without systemd, a package's script starts no service.
    const options = { timeout: TEN_MINUTES, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } };
    const before = new Set(await debianPackages());
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
    const added = (await debianPackages()).filter((name) => !before.has(name));
    await mkdir(cacheFolder(), { recursive: true });
    await writeFile(recordFile(), [...(await installedHostPackages()), ...added, ''].join('\n'));
  });
}

async function debianPackages(): Promise<readonly string[]> {
  const selections = await run('dpkg', ['--get-selections'], { timeout: 30_000 });
  return [...selections.matchAll(/^(\S+)\s+install$/gm)].map(([, name]) => name ?? '');
}
