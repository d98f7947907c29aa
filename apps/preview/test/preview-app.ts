import { loadEnv } from '@mesh-platform/service-kit';
import { freePort } from '@mesh-platform/service-kit/testing';
import { createApp } from '../src/app.js';
import { previewEnv } from '../src/env.js';

type Release = Parameters<typeof createApp>[1];

/** Preview as production builds it, on a free loopback port; `settings` stand for its environment. */
export async function startPreview(release: Release, settings: Readonly<Record<string, string>>) {
  const PORT = await freePort();
  const app = await createApp(loadEnv(previewEnv, { PORT: String(PORT), LOG_LEVEL: 'silent', ...settings }), release);
  await app.listen(PORT, '127.0.0.1');
  return { url: `http://127.0.0.1:${PORT}`, close: () => app.close() };
}
