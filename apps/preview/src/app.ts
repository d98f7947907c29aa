import { MAX_BODY_BYTES } from '@mesh-platform/contracts';
import { createHttpApp } from '@mesh-platform/service-kit';
import { appModule } from './app.module.js';
import type { PreviewEnv } from './env.js';
import { readFormsStrictly } from './form/form-body.js';
import type { PageVersion } from './page-version.js';
import { SECURITY_HEADERS } from './security-headers.js';

// A form escapes a byte as three (%0A); the rest is for the title and the names.
const BODY_LIMIT = 3 * MAX_BODY_BYTES + 16 * 1024;

/** The page of one version; it does not listen yet. */
export async function createApp(env: PreviewEnv, pageVersion: PageVersion) {
  const module = appModule(env, pageVersion);
  const app = await createHttpApp({ service: 'preview', module, env, bodyLimit: BODY_LIMIT, headers: SECURITY_HEADERS });
  readFormsStrictly(app, BODY_LIMIT);
  return app;
}
