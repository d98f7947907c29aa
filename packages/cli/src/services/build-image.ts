import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { buildForEmbedded, dockerBuild, pushLayout, run } from '@mesh-platform/targets';
import { UsageError } from '../usage-error.ts';
import { buildServices } from './build.ts';
import { serviceImage } from './service-image.ts';
import { type ServiceVersion, versionNamed } from './service-versions.ts';
import { localEnvironment } from './topology.ts';

const TIMEOUT = { timeout: 600_000 } as const;

export interface ImageOptions {
  readonly with: string;
}

/**
 * Builds the image of one version under the name that skaffold gives in the environment, and pushes it where it asks for that.
 * https://skaffold.dev/docs/builders/builder-types/custom/
 */
export async function buildImage(name: string, { with: builder }: ImageOptions, progress: Progress): Promise<void> {
  if (builder !== 'docker' && builder !== 'buildah')
    throw new UsageError(`there is no builder '${builder}'`, 'name one of: docker, buildah');
  const { IMAGE: reference, PUSH_IMAGE, PLATFORMS = '' } = process.env;
  if (!reference)
    throw new PlatformError(
      'the environment variable IMAGE is missing: it sets the name of the image',
      'let skaffold call this, or set it: IMAGE=web:try',
    );
  const version = versionNamed(name, (await localEnvironment()).environment.mesh);
  await buildServices(progress);
  if (builder === 'docker') return withDocker(version, { reference, push: PUSH_IMAGE === 'true', platforms: PLATFORMS });
  const { layout } = await buildForEmbedded(await serviceImage(version), progress);
  await pushLayout(layout, reference, progress);
}

interface DockerBuild {
  readonly reference: string;
  readonly push: boolean;
  /** `linux/arm64`; empty for that of this machine. */
  readonly platforms: string;
}

async function withDocker(version: ServiceVersion, { reference, push, platforms }: DockerBuild): Promise<void> {
  await dockerBuild(await serviceImage(version), reference, platforms === '' ? [] : [`--platform=${platforms}`]);
  if (push) await run('docker', ['push', reference], TIMEOUT);
}
