import { createHttpApp } from '@mesh-platform/service-kit';
import { appModule } from './app.module.js';
import type { ServiceEnv } from './env.js';

/** The HTTP API; it does not listen yet. */
export const createApp = (env: ServiceEnv) => createHttpApp({ service: 'example', module: appModule(env), env });
