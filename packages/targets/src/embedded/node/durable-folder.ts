import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { users } from '@mesh-platform/kubernetes/users';
import { exists } from '../../process/files.ts';
import { run } from '../../process/run.ts';
import { cloneImageStore, isImageStore } from '../build/image-store.ts';
import type { Instance } from '../instance.ts';
import { durableFolder, storeFolder } from './plan.ts';

/** Makes what of a node outlives it: the volume of its documents, and its images, from the store of `imageStore` where it has none. */
export async function prepareDurable(instance: Instance, imageStore: () => Promise<string>, progress: Progress): Promise<void> {
  const durable = durableFolder(instance);
  const volume = join(durable, 'volumes/postgres');
  await mkdir(volume, { recursive: true });
  await giveToPostgres(volume);
  const store = storeFolder(instance);
  if ((await exists(store)) && !(await isImageStore(store))) {
    progress.print('repaired: the node’s store of images was damaged; it is recreated');
    await rm(store, { recursive: true, force: true });
  }
  if (!(await exists(store))) await cloneImageStore(await imageStore(), store);
}

/** Postgres ran as this user once, which is an account of many hosts. */
export const EARLIER_USER = 999;

/** Gives the files of an earlier Postgres to the user that it runs as now. Safe to break off and to repeat; needs a Postgres that does not run. */
export async function giveToPostgres(volume: string): Promise<void> {
  const owner = `${users.postgres}:${users.postgres}`;
  // Symbolic links are given, not followed: Postgres writes them.
  await run('chown', ['--recursive', '--no-dereference', '-P', `--from=${EARLIER_USER}`, owner, volume], { timeout: 300_000 });
}
