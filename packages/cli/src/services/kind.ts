import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KindTarget } from '@mesh-platform/targets';
import { versionsOf } from './service-versions.ts';
import { imageSourcesIn, localEnvironment, NAMESPACE } from './topology.ts';

/** The target `kind`, with the platform's namespace, Dockerfiles and sources of images. */
export const kindTarget = (instance: string): KindTarget =>
  new KindTarget(instance, {
    namespace: NAMESPACE,
    imageSources: () => imageSourcesIn('local'),
    subnets: async () => (await localEnvironment()).environment.subnets ?? {},
    dockerfiles,
  });

/** The Dockerfiles of the services. */
export async function dockerfiles(): Promise<readonly string[]> {
  const folders = new Set(versionsOf((await localEnvironment()).environment.mesh).map(({ folder }) => folder));
  return Promise.all([...folders].map((folder) => readFile(join(folder, 'Dockerfile'), 'utf8')));
}
