import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_REPOSITORY, type Progress } from '@mesh-platform/kubernetes';
import { cached, DRAFT, entryFolder, keyOf, lastUse } from '../../build/cache.ts';
import { withLock } from '../../process/lock.ts';
import { CommandError } from '../../process/run.ts';
import type { ImageRecipe } from '../../target.ts';
import { Buildah, storageFolder } from './buildah.ts';
import { imageOf } from './oci-layout.ts';

/** Images that the cache keeps of one name: the last few edits, so that going back to one is free. */
const KEPT_IMAGES = 4;
/** To forget some takes buildah nearly as long as to build one, so that is done every few edits. */
const FORGOTTEN_AT_ONCE = 4;
/** Another checkout may have asked for one and not yet imported it. */
const IN_USE_MS = 15 * 60_000;

/** An image that lies in the cache. */
export interface Image {
  readonly name: string;
  /** `localhost/mesh-platform/NAME@sha256:…`: what a pod names. */
  readonly reference: string;
  /** `localhost/mesh-platform/NAME:KEY`: what another Dockerfile's FROM names. */
  readonly tag: string;
  /** Its folder, an OCI layout. */
  readonly layout: string;
}

/** A recipe, and what its Dockerfile's argument BASE stands for. */
export interface BasedRecipe extends ImageRecipe {
  readonly base?: Image;
}

/** The image, built with buildah where it is missing in the cache. */
export async function buildImage(recipe: BasedRecipe, root: Promise<string>, progress: Progress): Promise<Image> {
  const { name, dockerfile, contextKey, base } = recipe;
  const key = keyOf('layout', name, dockerfile, contextKey, base?.reference ?? '');
  const tag = `${IMAGE_REPOSITORY}/${name}:${key}`;
  const folder = await cached(
    `images/${name}`,
    key,
    async (draft) => {
      const context = join(draft, 'context');
      await mkdir(context);
      await recipe.stage(context);
      const nodeRoot = await root;
      // One at a time: each build may use both the processor and the disk fully.
      await withLock('buildah', { timeout: 600_000 }, () =>
        progress.step(`image ${name}`, async () => {
          const buildah = new Buildah(nodeRoot, context, draft);
          await repairingStorage(progress, () => buildah.build(recipe, tag));
          await forgetOld(name, buildah);
        }),
      );
      await rm(context, { recursive: true });
    },
    progress,
  );
  return { name, reference: `${IMAGE_REPOSITORY}/${name}@${await imageOf(folder)}`, tag, layout: folder };
}

/** buildah's messages for storage that a kill or a full disk left damaged. */
const DAMAGED =
  /(layer|image|container) not known|incomplete layer|unexpected EOF|unexpected end of JSON|invalid character|structure needs cleaning/i;

/** Writes the image, under a name, as `NAME.tar` into a folder: the archive that `docker load` reads. */
export const writeImageArchive = (image: Image, name: string, folder: string, root: string): Promise<void> =>
  withLock('buildah', { timeout: 600_000 }, () => new Buildah(root, image.layout, folder).writeArchive(image, name));

/** Everything in buildah's storage can be made again, so damaged storage is emptied, once. */
async function repairingStorage(progress: Progress, build: () => Promise<void>): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof CommandError && DAMAGED.test(error.output))) throw error;
    progress.print('repaired: the storage that images are built in was damaged; it is recreated');
    await rm(storageFolder(), { recursive: true, force: true });
    await build();
  }
}

/** An edit a minute would fill the disk with images that no pod runs. */
async function forgetOld(name: string, buildah: Buildah): Promise<void> {
  const folder = entryFolder('images', name);
  const keys = (await readdir(folder)).filter((key) => !key.includes(DRAFT));
  const dated = await Promise.all(keys.map(async (key) => ({ key, time: (await lastUse(join(folder, key))) ?? 0 })));
  const old = dated
    .sort((a, b) => b.time - a.time)
    .slice(KEPT_IMAGES - 1)
    .filter(({ time }) => time < Date.now() - IN_USE_MS);
  if (old.length < FORGOTTEN_AT_ONCE) return;
  await buildah.forget(old.map(({ key }) => `${IMAGE_REPOSITORY}/${name}:${key}`));
  for (const { key } of old) await rm(join(folder, key), { recursive: true, force: true });
}
