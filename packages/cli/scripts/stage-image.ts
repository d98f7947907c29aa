import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError, silent } from '@mesh-platform/kubernetes';
import { buildServices } from '../src/services/build.ts';
import { releaseName, releasesOf } from '../src/services/releases.ts';
import { serviceImage } from '../src/services/service-image.ts';
import { localEnvironment } from '../src/services/topology.ts';

/** Writes the context and the Dockerfile of one release's image into a folder, for a builder that is not ours: `stage-image.ts preview-v2 FOLDER`. */
async function stageImage(name: string, folder: string): Promise<void> {
  const releases = releasesOf((await localEnvironment()).environment.mesh);
  const release = releases.find((candidate) => releaseName(candidate) === name);
  if (!release) throw new PlatformError(`the topology has no release ${name}`, `name one of: ${releases.map(releaseName).join(', ')}`);
  await buildServices(silent);
  const { dockerfile, stage } = await serviceImage(release);
  await mkdir(folder, { recursive: true });
  await stage(folder);
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
}

const [name = '', folder = ''] = process.argv.slice(2);
try {
  await stageImage(name, folder);
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  process.stderr.write(`${error.message}\n  → ${error.cure}\n`);
  process.exitCode = 1;
}
