import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_REPOSITORY, type ImageReferences, inParallel, type Progress } from '@mesh-platform/kubernetes';
import { keyOf, keyOfFiles } from '../build/cache.ts';
import type { PulledImages } from '../image-sources.ts';
import { checkout } from '../places.ts';
import type { ImageRecipe } from '../target.ts';
import { dockerBuild, hasImage, pullImage } from './docker.ts';

const files = join(checkout, 'packages/targets/images');

/** What is built of each: the recipe's content and its base are its tag, so that an edit is another image and everything else stays. */
export async function kindImages(services: readonly ImageRecipe[], pulled: PulledImages, progress: Progress): Promise<ImageReferences> {
  const images = [...services, await postgresRecipe()].map((recipe) => {
    const { name, dockerfile, contextKey } = recipe;
    const base = pulled.base(name, dockerfile);
    return { recipe, base, reference: `${IMAGE_REPOSITORY}/${name}:${keyOf('docker', dockerfile, contextKey, base ?? '')}` };
  });
  const present = await inParallel(images, ({ reference }) => hasImage(reference));
  const absent = images.filter((_, index) => !present[index]);
  const bases = new Set(absent.flatMap(({ base }) => base ?? []));
  await inParallel([...bases], (base) => pullImage(base, progress));
  await inParallel(absent, ({ recipe, base, reference }) =>
    progress.step(`image ${recipe.name}`, () => dockerBuild({ ...recipe, base }, reference)),
  );
  return new Map(images.map(({ recipe, reference }) => [recipe.name, reference]));
}

/** The official image of the release that the embedded target runs, started by the same script: it is there for arm64 as well. */
export async function postgresRecipe(): Promise<ImageRecipe> {
  const entrypoint = join(files, 'postgres-entrypoint.sh');
  return {
    name: 'postgres',
    dockerfile: await readFile(join(files, 'postgres-docker.Dockerfile'), 'utf8'),
    contextKey: await keyOfFiles([entrypoint]),
    stage: (context) => cp(entrypoint, join(context, 'postgres-entrypoint.sh')),
  };
}
