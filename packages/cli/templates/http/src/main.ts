import { drainOnSignal, exitWith, loadEnv } from '@mesh-platform/service-kit';
import { createApp } from './app.js';
import { serviceEnv } from './env.js';

async function main(): Promise<void> {
  const env = loadEnv(serviceEnv, process.env); // fails before anything listens
  const app = await createApp(env);
  drainOnSignal(app, env);
  await app.listen(env.PORT, '0.0.0.0');
}

main().catch((error) => exitWith(error, 'example did not start'));
