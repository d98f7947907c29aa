import { databaseEnv } from '@mesh-platform/postgres-kit';
import { type CommonEnv, commonEnv, textFile, wholeNumber } from '@mesh-platform/service-kit';
import type { z } from 'zod';

const CURSOR_KEY_BYTES = 32;

/** The environment variables of core. */
export const coreEnv = commonEnv.extend({
  GRPC_PORT: wholeNumber(1, 65_535).default(9090),
  ...databaseEnv({ database: 'documents', role: 'core' }),
  /** A path, read once: cursors that pages gave out under an earlier key are refused after a restart. */
  CURSOR_KEY_FILE: textFile(CURSOR_KEY_BYTES, `at least ${CURSOR_KEY_BYTES} bytes of text`),
});

export type CoreEnv = CommonEnv & Readonly<z.output<typeof coreEnv>>;
