import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '@mesh-platform/service-kit';
import type { Pool, PoolClient } from 'pg';

// Any number that no other user of the database locks.
const LOCK = 4_711_001;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** The database is not one that this version can bring to its own schema, however often it tries. */
export class SchemaMismatch extends ConfigurationError {}

/**
 * Brings the database to the schema of a folder of migrations, `0001_name.sql`; safe twice and at once. A migration is applied whole or not at all. Migrations of
 * a newer version stay: two versions run side by side while weights change, and a pod of the older one may start again.
 * @returns the names of the migrations that this call applied
 * @throws SchemaMismatch where an applied migration was edited afterwards
 */
export async function migrate(pool: Pool, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  client.on('error', () => {}); // the running query rejects too; this only keeps the process alive
  try {
    await client.query(`SET statement_timeout = 0; SET lock_timeout = '30s'`);
    await client.query({ text: 'SELECT pg_advisory_lock($1)', values: [LOCK], ...PATIENTLY });
    return await applyMissing(client, migrations);
  } finally {
    client.release(true); // ends the connection, and with it the lock and its settings
  }
}

// Milliseconds: a migration, and the wait for another one, may take longer than the pool's queries may.
const PATIENTLY = { query_timeout: 600_000 };

async function applyMissing(client: PoolClient, migrations: Migration[]): Promise<string[]> {
  await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  const { rows } = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM schema_migrations');
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  refuseEdited(migrations, applied);
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ name }) => name);
}

function refuseEdited(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const edited = migrations.find(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (!edited) return;
  throw new SchemaMismatch(`migration ${edited.name} was edited after it had been applied: restore it, and write the change as a new one`);
}

async function apply(client: PoolClient, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query({ text: sql, ...PATIENTLY });
    await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // the connection may be gone, and with it the transaction
    throw new Error(`migration ${name} failed`, { cause: error });
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
