import { readFileSync } from 'node:fs';
import { type CommonEnv, commonEnv, wholeNumber } from '@mesh-platform/service-kit';
import { z } from 'zod';

/** What core reads from the environment. */
export const coreEnv = commonEnv.extend({
  GRPC_PORT: wholeNumber(1, 65_535).default(9090),
  PGHOST: z.string().min(1, 'must not be empty').default('postgres'),
  PGPORT: wholeNumber(1, 65_535).default(5432),
  PGDATABASE: z.string().min(1, 'must not be empty').default('documents'),
  PGUSER: z.string().min(1, 'must not be empty').default('core'),
  /** A path: the password itself is read for each new connection, so that a rotated one needs no restart. */
  PGPASSWORD_FILE: z.string().refine(holdsText, 'must name a readable file that holds the password'),
  POOL_MAX: wholeNumber(1, 100).default(10),
});

export type CoreEnv = CommonEnv & Readonly<z.output<typeof coreEnv>>;

function holdsText(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').trim() !== '';
  } catch {
    return false;
  }
}
