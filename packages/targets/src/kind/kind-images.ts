import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_REPOSITORY, type ImageReferences, inParallel, type Progress } from '@mesh-platform/kubernetes';
import { keyOf, keyOfFiles } from '../build/cache.ts';
import { checkout } from '../places.ts';
import type { ImageRecipe } from '../target.ts';
import { dockerBuild, hasImage } from './docker.ts';

const files = join(checkout, 'packages/targets/images');

/** What is built of each: the recipe's content is its tag, so that an edit is another image and everything else stays. */
export async function kindImages(services: readonly ImageRecipe[], progress: Progress): Promise<ImageReferences> {
  const recipes = [...services, await postgresRecipe()];
  const built = await inParallel(recipes, async (recipe) => [recipe.name, await imageOf(recipe, progress)] as const);
  return new Map(built);
}

async function imageOf(recipe: ImageRecipe, progress: Progress): Promise<string> {
  const { name, dockerfile, contextKey } = recipe;
  const reference = `${IMAGE_REPOSITORY}/${name}:${keyOf('docker', dockerfile, contextKey)}`;
  if (await hasImage(reference)) return reference;
  // Without attestations, which `kind load` cannot bring to a node.
  await progress.step(`image ${name}`, () => dockerBuild(recipe, reference, ['--provenance=false']));
  return reference;
}

/** The official image of the release that the embedded target runs, started by the same script: it is there for arm64 as well. */
async function postgresRecipe(): Promise<ImageRecipe> {
  const entrypoint = join(files, 'postgres-entrypoint.sh');
  return {
    name: 'postgres',
    dockerfile: await readFile(join(files, 'postgres-docker.Dockerfile'), 'utf8'),
    contextKey: await keyOfFiles([entrypoint]),
    stage: (context) => cp(entrypoint, join(context, 'postgres-entrypoint.sh')),
  };
}
