import { drainOnSignal, exitWith, loadEnv } from '@mesh-platform/service-kit';
import { createApp } from './app.js';
import { webEnv } from './env.js';

async function main(): Promise<void> {
  const env = loadEnv(webEnv, process.env); // fails before anything listens
  const app = await createApp(env);
  drainOnSignal(app, env);
  await app.listen(env.PORT, '0.0.0.0');
}

main().catch((error) => exitWith(error, 'web did not start'));
