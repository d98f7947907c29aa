import { type CommonEnv, commonEnv, wholeNumber } from '@mesh-platform/service-kit';
import { z } from 'zod';

/** The environment variables of web. */
export const webEnv = commonEnv.extend({
  /** Core's service name and port; which endpoints that means is the mesh's to know. */
  CORE_ADDRESS: z
    .string()
    .regex(/^[a-z0-9.-]+:\d{1,5}$/i, 'must look like host:port')
    .default('core:9090'),
  /** Milliseconds that a call to core may take. */
  CORE_TIMEOUT_MS: wholeNumber(1, 60_000).default(2000),
});

export type WebEnv = CommonEnv & Readonly<z.output<typeof webEnv>>;
