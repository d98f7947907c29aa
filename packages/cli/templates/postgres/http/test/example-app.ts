import type { TestPostgres } from '@mesh-platform/postgres-kit/testing';
import { loadEnv } from '@mesh-platform/service-kit';
import { freePort } from '@mesh-platform/service-kit/testing';
import { createApp } from '../src/app.js';
import { serviceEnv } from '../src/env.js';

/** The service's real module on a database, which listens on a port of its own. */
export async function startApp(postgres: TestPostgres, CALLEES = '') {
  const PORT = await freePort();
  const given = { PORT: String(PORT), SERVICE_VERSION: 'v1', POD_NAME: 'example-test', LOG_LEVEL: 'silent' };
  const app = await createApp(loadEnv(serviceEnv, { ...given, ...postgres.env, CALLEES }));
  await app.listen(PORT, '127.0.0.1');
  return { url: `http://127.0.0.1:${PORT}`, address: `127.0.0.1:${PORT}`, close: () => app.close() };
}
