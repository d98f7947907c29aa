import { loadEnv } from '@mesh-platform/service-kit';
import { freePort } from '@mesh-platform/service-kit/testing';
import { createApp } from '../src/app.js';
import { coreEnv } from '../src/env.js';
import type { TestPostgres } from './postgres.js';

/** Core's real module, listening on ports of its own. */
export async function startCore(postgres: TestPostgres, overrides: Record<string, string> = {}) {
  const ports = { PORT: String(await freePort()), GRPC_PORT: String(await freePort()) };
  const env = loadEnv(coreEnv, {
    SERVICE_VERSION: 'v1',
    POD_NAME: 'core-test',
    LOG_LEVEL: 'silent',
    ...ports,
    ...postgres.env,
    ...overrides,
  });
  const app = await createApp(env);
  await app.startAllMicroservices();
  await app.listen(env.PORT, '127.0.0.1');
  const ready = async () => (await fetch(`http://127.0.0.1:${env.PORT}/readyz`)).status === 200;
  return { app, env, ready, url: `http://127.0.0.1:${env.PORT}` };
}
