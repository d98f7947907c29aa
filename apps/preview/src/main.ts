import { ConfigurationError, drainOnSignal, exitWith, loadEnv } from '@mesh-platform/service-kit';
import { createApp } from './app.js';
import { previewEnv } from './env.js';
import type { PageVersion } from './page-version.js';

async function main(): Promise<void> {
  const env = loadEnv(previewEnv, process.env); // fails before anything listens
  const app = await createApp(env, await loadPageVersion(env.SERVICE_VERSION));
  drainOnSignal(app, env);
  await app.listen(env.PORT, '0.0.0.0');
}

// Imports by name: an image contains only one version.
async function loadPageVersion(version: string): Promise<PageVersion> {
  try {
    const { pageVersion } = (await import(`./versions/${version}/page-version.js`)) as { pageVersion: PageVersion };
    return pageVersion;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigurationError('SERVICE_VERSION names a version that this image does not contain');
  }
}

main().catch((error) => exitWith(error, 'preview did not start'));
