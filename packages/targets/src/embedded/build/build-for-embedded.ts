import type { Progress } from '@mesh-platform/kubernetes';
import type { ImageRecipe } from '../../target.ts';
import { clusterImages } from './cluster-images.ts';
import { buildImage, type Image } from './images.ts';
import { nodeRoot } from './root-filesystem.ts';

/** An image on the base of the embedded target's pods, for whoever brings it there by themselves. */
export async function buildForEmbedded(recipe: ImageRecipe, progress: Progress): Promise<Image> {
  const root = nodeRoot(progress);
  const { node } = await clusterImages(root, progress);
  return buildImage({ ...recipe, base: node }, root, progress);
}
