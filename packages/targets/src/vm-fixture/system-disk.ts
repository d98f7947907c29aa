import { readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { cached, keyOf, keyOfFiles } from '../build/cache.ts';
import { ensureHostPackages } from '../embedded/build/host-packages.ts';
import { bootstrap, debianRefresh } from '../embedded/build/root-filesystem.ts';
import { hostPackages, machinePackages, machineRelease } from '../pins.ts';
import { run } from '../process/run.ts';

const GIB = 1024 ** 3;
const SYSTEM_BYTES = 4 * GIB;
const CONFIGURE_MS = 5 * 60_000;
const FORMAT_MS = 20 * 60_000;
const script = join(import.meta.dirname, 'machine-root.sh');

/** A Debian that boots: its disk, and the kernel and the first file system that QEMU hands to it. */
export interface SystemDisk {
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Debian with systemd and control groups of version 2, from packages, in the cache. It is only read: a machine keeps its changes elsewhere. */
export async function systemDisk(progress: Progress): Promise<SystemDisk> {
  const key = keyOf(await keyOfFiles([script, import.meta.filename]), machineRelease, await debianRefresh(), ...machinePackages);
  const folder = await cached(
    'vm-system',
    key,
    (draft) => progress.step(`a disk with Debian ${machineRelease} from packages`, () => build(draft, progress)),
    progress,
  );
  return { disk: join(folder, 'system.img'), kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd') };
}

async function build(draft: string, progress: Progress): Promise<void> {
  await ensureHostPackages(hostPackages, progress);
  const root = join(draft, 'root');
  await bootstrap('minbase', machinePackages, root, progress, machineRelease);
  await run('sh', [script], { timeout: CONFIGURE_MS, env: { ...process.env, ROOT: root } });
  const boot = await readdir(join(root, 'boot'));
  for (const [file, start] of [['vmlinuz', 'vmlinuz-'], ['initrd', 'initrd.img-']] as const) // biome-ignore format: pairs
    await rename(join(root, 'boot', boot.find((name) => name.startsWith(start)) ?? start), join(draft, file));
  await diskOf(root, join(draft, 'system.img'), SYSTEM_BYTES);
  await rm(root, { recursive: true });
}

/** An ext4 disk with the content of a folder. It is sparse: what it does not use takes no space. */
export async function diskOf(folder: string, disk: string, bytes: number): Promise<void> {
  await writeFile(disk, '');
  await truncate(disk, bytes);
  await run('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', folder, disk], {
    timeout: FORMAT_MS,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
}
