import { type CommonEnv, commonEnv, wholeNumber } from '@mesh-platform/service-kit';
import { z } from 'zod';

/** The environment variables of preview. */
export const previewEnv = commonEnv.extend({
  /** Web's service name and port; which endpoints that means is the mesh's to know. */
  WEB_URL: z
    .string()
    .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/i, 'must look like http://host:port')
    .default('http://web:8080'),
  /** Milliseconds that a call to web may take. */
  WEB_TIMEOUT_MS: wholeNumber(1, 60_000).default(3000),
});

export type PreviewEnv = CommonEnv & Readonly<z.output<typeof previewEnv>>;
