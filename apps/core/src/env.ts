import { readFileSync } from 'node:fs';
import { type CommonEnv, commonEnv, wholeNumber } from '@mesh-platform/service-kit';
import { z } from 'zod';

const CURSOR_KEY_BYTES = 32;

/** What core reads from the environment. */
export const coreEnv = commonEnv.extend({
  GRPC_PORT: wholeNumber(1, 65_535).default(9090),
  PGHOST: z.string().min(1, 'must not be empty').default('postgres'),
  PGPORT: wholeNumber(1, 65_535).default(5432),
  PGDATABASE: z.string().min(1, 'must not be empty').default('documents'),
  PGUSER: z.string().min(1, 'must not be empty').default('core'),
  /** A path: the password itself is read for each new connection, so that a rotated one needs no restart. */
  PGPASSWORD_FILE: z.string().refine((path) => textBytes(path) > 0, 'must name a readable file that holds the password'),
  /** A path, read once: cursors that pages gave out under an earlier key are refused after a restart. */
  CURSOR_KEY_FILE: z
    .string()
    .refine(
      (path) => textBytes(path) >= CURSOR_KEY_BYTES,
      `must name a readable file that holds at least ${CURSOR_KEY_BYTES} bytes of text`,
    ),
  POOL_MAX: wholeNumber(1, 100).default(10),
});

export type CoreEnv = CommonEnv & Readonly<z.output<typeof coreEnv>>;

/** Bytes of a file's text without the white space around it; 0 where it cannot be read. */
function textBytes(path: string): number {
  try {
    return Buffer.byteLength(readFileSync(path, 'utf8').trim());
  } catch {
    return 0;
  }
}
