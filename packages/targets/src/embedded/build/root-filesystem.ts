import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { cached, entryFolder, isCached, keyOf } from '../../build/cache.ts';
import { basePackages, cniPackages, hostPackages, nodePackages, pins } from '../../pins.ts';
import { cacheFolder } from '../../places.ts';
import { fetched, lineWith } from '../../process/fetched.ts';
import { endingWithUs, run } from '../../process/run.ts';
import { type DebianAge, debianAge } from './debian-age.ts';
import { ensureHostPackages } from './host-packages.ts';

const slim = ['doc', 'man', 'info', 'locale', 'lintian'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`);

/** Folders of the node's file system that something is mounted on. */
const mountPoints = ['output', 'context', 'storage', 'opt/mesh-platform/bin', 'var/lib/mesh-platform', 'lib/modules'];

export const refreshFile = (): string => join(cacheFolder(), 'debian-refresh');

/** When `up --refresh` last took current Debian packages; empty where it never has. Part of the key of what is made of them. */
export const debianRefresh = (): Promise<string> => readFile(refreshFile(), 'utf8').catch(() => '');

const nodeRootKey = (refresh: string): string => keyOf(pins.debian, nodePackages.join(), mountPoints.join(), ...(refresh ? [refresh] : []));
const baseArchiveKey = (packages: readonly string[], refresh: string): string =>
  keyOf(pins.debian, packages.join(), ...(refresh ? [refresh] : []));

/**
 * Builds the node's file system and the base archive from current packages; the next start takes them. The earlier ones stay in
 * use until both are whole, and for good where Debian cannot be reached.
 */
export async function refreshDebian(progress: Progress, refresh = new Date().toISOString()): Promise<void> {
  await nodeRoot(progress, refresh);
  await baseArchive(basePackages, progress, refresh);
  await baseArchive(cniPackages, progress, refresh);
  await writeFile(`${refreshFile()}.new`, refresh);
  await rename(`${refreshFile()}.new`, refreshFile());
}

/** How old the cached Debian packages are; undefined before they are cached. */
export async function cachedDebianAge(): Promise<DebianAge | undefined> {
  const refresh = await debianRefresh();
  const [root, archive] = [nodeRootKey(refresh), baseArchiveKey(basePackages, refresh)];
  if (!(await isCached('node-root', root)) || !(await isCached('base-archive', archive))) return undefined;
  return debianAge(join(entryFolder('node-root', root), 'root'), join(entryFolder('base-archive', archive), 'base.tar'));
}

/** The root file system of the node: containerd, runc, iptables, buildah … on Debian, in a folder of the cache. */
export async function nodeRoot(progress: Progress, refresh?: string): Promise<string> {
  const folder = await cached(
    'node-root',
    nodeRootKey(refresh ?? (await debianRefresh())),
    (draft) =>
      progress.step('the node’s file system from Debian packages', async () => {
        await ensureHostPackages(hostPackages, progress);
        await bootstrap('minbase', nodePackages, join(draft, 'root'), progress);
        for (const mountPoint of mountPoints) {
          await mkdir(join(draft, 'root', mountPoint), { recursive: true });
        }
      }),
    progress,
  );
  return join(folder, 'root');
}

/** The archive that a base image is made of. */
export async function baseArchive(packages: readonly string[], progress: Progress, refresh?: string): Promise<string> {
  const folder = await cached(
    'base-archive',
    baseArchiveKey(packages, refresh ?? (await debianRefresh())),
    (draft) =>
      progress.step(`a base image’s file system from Debian packages (${packages.join(', ')})`, async () => {
        await ensureHostPackages(hostPackages, progress);
        await bootstrap('essential', packages, join(draft, 'base.tar'), progress);
      }),
    progress,
  );
  return join(folder, 'base.tar');
}

/** Debian's packages with their dependencies in a folder, or in an archive where `output` ends with `.tar`. */
export async function bootstrap(
  variant: string,
  packages: readonly string[],
  output: string,
  progress: Progress,
  release: string = pins.debian,
): Promise<void> {
  const retries = ['--aptopt=Acquire::Retries "3"'];
  const args = ['--mode=root', `--variant=${variant}`, `--include=${packages.join()}`, ...retries, ...slim, release, output];
  const [command, all] = endingWithUs('mmdebstrap', args);
  const attempt = async () => {
    await rm(output, { recursive: true, force: true }); // it wants to begin with nothing
    return run(command, all, { timeout: 15 * 60_000, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  };
  const reason = lineWith(/^E: (?:Failed to fetch \S+\/(\S+) +)?(.+)/);
  await fetched({ what: 'Debian packages', attempt, reason, hint: 'check the network and apt’s settings' }, progress);
}
