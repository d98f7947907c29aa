import { ConfigurationError, drainOnSignal, exitWith, loadEnv } from '@mesh-platform/service-kit';
import { createApp } from './app.js';
import { previewEnv } from './env.js';
import type { Release } from './release.js';

async function main(): Promise<void> {
  const env = loadEnv(previewEnv, process.env); // fails before anything listens
  const app = await createApp(env, await loadRelease(env.SERVICE_VERSION));
  drainOnSignal(app, env);
  await app.listen(env.PORT, '0.0.0.0');
}

// An image holds one release alone, so only that one is ever named here.
async function loadRelease(version: string): Promise<Release> {
  try {
    const { release } = (await import(`./releases/${version}/release.js`)) as { release: Release };
    return release;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigurationError('SERVICE_VERSION names a release that this image does not hold');
  }
}

main().catch((error) => exitWith(error, 'preview did not start'));
