import { readFileSync } from 'node:fs';
import { textFile, wholeNumber } from '@mesh-platform/service-kit';
import { z } from 'zod';
import { loginIn } from './login.js';

const name = z.string().min(1, 'must not be empty');

/** The variables of a service's database; `database` and `role` are the defaults of PGDATABASE and PGUSER. */
export const databaseEnv = ({ database, role }: { readonly database: string; readonly role: string }) => ({
  PGHOST: name.default('postgres'),
  PGPORT: wholeNumber(1, 65_535).default(5432),
  PGDATABASE: name.default(database),
  PGUSER: name.default(role),
  /**
   * A path: certificates of the authorities that the database's own may come from. Where it is set, every connection is TLS and is
   * refused unless an authority of these vouches for PGHOST (libpq's `verify-full`). Where it is not, the service speaks plain text: to a
   * proxy of the mesh. Read once.
   */
  PGSSLROOTCERT: z
    .string()
    .refine((path) => certificatesIn(path), 'must name a readable file that contains certificates (PEM)')
    .optional(),
  /** A path: the password itself is read for each new connection, so that a rotated one needs no restart. */
  PGPASSWORD_FILE: textFile(1, 'the password'),
  /** A path: user name and password as JSON, read for each new connection in the place of PGUSER and PGPASSWORD_FILE. For logins that alternate. */
  PGLOGIN_FILE: z
    .string()
    .refine((path) => loginIn(path), 'must name a readable file that contains username and password as JSON')
    .optional(),
  POOL_MAX: wholeNumber(1, 100).default(10),
});

export type DatabaseEnv = Readonly<z.output<z.ZodObject<ReturnType<typeof databaseEnv>>>>;

function certificatesIn(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes('-----BEGIN CERTIFICATE-----');
  } catch {
    return false;
  }
}
