import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestPostgres as Prepared, preparePostgres as prepare } from '@mesh-platform/postgres-kit/testing';

/** A real Postgres of a test's own, with core's database; its environment also has a key for the cursors. */
export interface TestPostgres extends Prepared {
  env: Prepared['env'] & { CURSOR_KEY_FILE: string };
}

/** A Postgres with the database `documents`, which the role `core` owns. */
export async function startPostgres(): Promise<TestPostgres> {
  const postgres = await preparePostgres();
  await postgres.start();
  return postgres;
}

/** The same, not started: for what must work without a database. */
export async function preparePostgres(): Promise<TestPostgres> {
  const postgres = await prepare({ database: 'documents', role: 'core' });
  const folder = mkdtempSync(join(tmpdir(), 'core-key-'));
  const key = join(folder, 'key');
  writeFileSync(key, crypto.randomUUID());
  return {
    ...postgres,
    env: { ...postgres.env, CURSOR_KEY_FILE: key },
    async [Symbol.asyncDispose]() {
      await postgres[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
