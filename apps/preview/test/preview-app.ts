import { loadEnv } from '@mesh-platform/service-kit';
import { freePort } from '@mesh-platform/service-kit/testing';

const built = (path: string) => import(new URL(`../dist/${path}`, import.meta.url).href);

/** Preview as production runs it, compiled and with the assets of its build, on a free loopback port; `settings` stand for its environment. */
export async function startPreview(version: string, settings: Readonly<Record<string, string>>) {
  const { createApp } = (await built('app.js')) as typeof import('../src/app.js');
  const { previewEnv } = (await built('env.js')) as typeof import('../src/env.js');
  const { pageVersion } = (await built(`versions/${version}/page-version.js`)) as typeof import('../src/versions/v1/page-version.js');
  const PORT = await freePort();
  const env = loadEnv(previewEnv, { PORT: String(PORT), LOG_LEVEL: 'silent', SERVICE_VERSION: version, ...settings });
  const app = await createApp(env, pageVersion);
  await app.listen(PORT, '127.0.0.1');
  return { url: `http://127.0.0.1:${PORT}`, close: () => app.close() };
}
