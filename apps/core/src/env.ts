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
  /**
   * A path: certificates of the authorities that the database's own may come from. Where it is set, every connection is TLS and is
   * refused unless an authority of these vouches for PGHOST (libpq's `verify-full`). Where it is not, core speaks plain text: to a
   * proxy of the mesh. Read once.
   */
  PGSSLROOTCERT: z
    .string()
    .refine((path) => certificatesIn(path), 'must name a readable file that holds certificates (PEM)')
    .optional(),
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

function certificatesIn(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes('-----BEGIN CERTIFICATE-----');
  } catch {
    return false;
  }
}

/** Bytes of a file's text without the white space around it; 0 where it cannot be read. */
function textBytes(path: string): number {
  try {
    return Buffer.byteLength(readFileSync(path, 'utf8').trim());
  } catch {
    return 0;
  }
}
