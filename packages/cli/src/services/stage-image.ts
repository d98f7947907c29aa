import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from './releases.ts';
import { serviceImage } from './service-image.ts';

/** Writes the context and the Dockerfile of a release's image into a folder, for a builder that is not ours. The services must be compiled. */
export async function stageImage(release: Release, folder: string): Promise<void> {
  const { dockerfile, stage } = await serviceImage(release);
  await mkdir(folder, { recursive: true });
  await stage(folder);
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
}
