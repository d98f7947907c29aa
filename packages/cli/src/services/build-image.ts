import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { buildForEmbedded, dockerBuild, pulledImages, pushLayout } from '@mesh-platform/targets';
import { buildServices } from './build.ts';
import { serviceImage } from './service-image.ts';
import { versionNamed } from './service-versions.ts';
import { localEnvironment } from './topology.ts';

export interface ImageOptions {
  readonly with: 'docker' | 'buildah';
}

/**
 * Builds the image of one version under the name that skaffold gives in the environment, and pushes it where it asks for that.
 * https://skaffold.dev/docs/builders/builder-types/custom/
 */
export async function buildImage(name: string, { with: builder }: ImageOptions, progress: Progress): Promise<void> {
  const { IMAGE: reference, PUSH_IMAGE, PLATFORMS = '' } = process.env;
  if (!reference)
    throw new PlatformError(
      'the environment variable IMAGE is missing: it sets the name of the image',
      'let skaffold call this, or set it: IMAGE=web:try',
    );
  const { environment } = await localEnvironment();
  const version = versionNamed(name, environment.mesh);
  await buildServices(progress);
  const recipe = await serviceImage(version);
  if (builder === 'docker') {
    const { base } = pulledImages(environment.imageSources ?? {});
    const build = { ...recipe, base: base(name, recipe.dockerfile), platforms: PLATFORMS, push: PUSH_IMAGE === 'true' };
    return dockerBuild(build, reference);
  }
  const { layout } = await buildForEmbedded(recipe, progress);
  await pushLayout(layout, reference, progress);
}
