import { MAX_BODY_BYTES } from '@mesh-platform/contracts';
import { createHttpApp } from '@mesh-platform/service-kit';
import { appModule } from './app.module.js';
import type { WebEnv } from './env.js';

// A body of 256 KiB in which JSON escapes every character (\n, \") is twice as long; the rest is for the title and the names.
const BODY_LIMIT = 2 * MAX_BODY_BYTES + 16 * 1024;

/** The HTTP API; it does not listen yet. */
export const createApp = (env: WebEnv) => createHttpApp({ service: 'web', module: appModule(env), env, bodyLimit: BODY_LIMIT });
