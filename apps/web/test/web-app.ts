import { loadEnv } from '@mesh-platform/service-kit';
import { freePort } from '@mesh-platform/service-kit/testing';
import { createApp } from '../src/app.js';
import { webEnv } from '../src/env.js';

/** Web's real module, for a port of its own, calling core at this address; it does not listen yet. */
export async function createWebApp(coreAddress: string) {
  const PORT = await freePort();
  const given = { PORT: String(PORT), CORE_ADDRESS: coreAddress, SERVICE_VERSION: 'v1', POD_NAME: 'web-test', LOG_LEVEL: 'silent' };
  const app = await createApp(loadEnv(webEnv, given));
  return { app, url: `http://127.0.0.1:${PORT}`, listen: () => app.listen(PORT, '127.0.0.1') };
}

export type WebApp = Awaited<ReturnType<typeof createWebApp>>;
