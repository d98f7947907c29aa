import { hostname } from 'node:os';
import { z } from 'zod';
import { wholeNumber } from './load-env.js';

/** What every service reads from the environment. */
export const commonEnv = z.object({
  PORT: wholeNumber(1, 65_535).default(8080),
  SERVICE_VERSION: z.string().regex(/^v\d+$/, 'must look like v1'),
  POD_NAME: z
    .string()
    .regex(/^[\w.-]{1,253}$/, 'must be a pod name')
    .default(() => hostname()),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'must be fatal, error, warn, info, debug or silent')
    .default('info'),
  /** Whether requests may order faults by x-fault: for a platform on a desk, never for one that serves. */
  FAULTS: z.enum(['on', 'off'], 'must be on or off').default('off'),
  /** Milliseconds between failing readiness and closing, in which endpoints and proxies learn of it. */
  DRAIN_MS: wholeNumber(0, 60_000).default(2000),
});

export type CommonEnv = Readonly<z.output<typeof commonEnv>>;
