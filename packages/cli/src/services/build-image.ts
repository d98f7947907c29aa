import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { buildForEmbedded, dockerBuild, pushLayout, run } from '@mesh-platform/targets';
import { buildServices } from './build.ts';
import { serviceImage } from './service-image.ts';
import { versionNamed } from './service-versions.ts';
import { localEnvironment } from './topology.ts';

const PUSH_MS = 600_000;

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
  const version = versionNamed(name, (await localEnvironment()).environment.mesh);
  await buildServices(progress);
  const recipe = await serviceImage(version);
  if (builder === 'docker') {
    await dockerBuild(recipe, reference, PLATFORMS === '' ? [] : [`--platform=${PLATFORMS}`]); // empty for that of this machine
    if (PUSH_IMAGE === 'true') await run('docker', ['push', reference], { timeout: PUSH_MS });
    return;
  }
  const { layout } = await buildForEmbedded(recipe, progress);
  await pushLayout(layout, reference, progress);
}
