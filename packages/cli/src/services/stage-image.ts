import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceImage } from './service-image.ts';
import type { ServiceVersion } from './service-versions.ts';

/** Writes the context and the Dockerfile of a version's image into a folder, for a builder that is not ours. The services must be compiled. */
export async function stageImage(version: ServiceVersion, folder: string): Promise<void> {
  const { dockerfile, stage } = await serviceImage(version);
  await mkdir(folder, { recursive: true });
  await stage(folder);
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
}
