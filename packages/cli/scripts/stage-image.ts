import { PlatformError, silent } from '@mesh-platform/kubernetes';
import { buildServices } from '../src/services/build.ts';
import { stageImage } from '../src/services/service-image.ts';
import { versionNamed } from '../src/services/service-versions.ts';
import { localEnvironment } from '../src/services/topology.ts';

/** For a builder that is not ours: `stage-image.ts preview-v2 FOLDER`. */
const [name = '', folder = ''] = process.argv.slice(2);
try {
  const version = versionNamed(name, (await localEnvironment()).environment.mesh);
  await buildServices(silent);
  await stageImage(version, folder);
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  process.stderr.write(`${error.message}\n  → ${error.hint}\n`);
  process.exitCode = 1;
}
