import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from '../src/database/migrate.js';
import { startPostgres, type TestPostgres } from './postgres.js';

let postgres: TestPostgres;
let pool: ReturnType<TestPostgres['pool']>;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  pool = postgres.pool(12);
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.[Symbol.asyncDispose]();
  if (folder) rmSync(folder, { recursive: true });
});

beforeEach(() => pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public').then(() => {}));

const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);

test('ten processes that migrate at once apply each migration once', async () => {
  const applied = await Promise.all(Array.from({ length: 10 }, () => migrate(pool)));
  expect(applied.flat()).toEqual(['0001_documents.sql']);
  await expect(pool.query('SELECT FROM documents')).resolves.toMatchObject({ rowCount: 0 });
});

test('a second run applies nothing', async () => {
  await migrate(pool);
  expect(await migrate(pool)).toEqual([]);
});

test('migrations run in the order of their numbers and later ones are added', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  expect(await migrate(pool, folder)).toEqual(['0001_first.sql']);
  write('0003_third.sql', 'ALTER TABLE a DROP COLUMN y');
  write('0002_second.sql', 'ALTER TABLE a ADD COLUMN y int');
  expect(await migrate(pool, folder)).toEqual(['0002_second.sql', '0003_third.sql']);
});

test('an applied migration that was edited afterwards is refused by its name', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  await migrate(pool, folder);
  write('0001_first.sql', 'CREATE TABLE a (x bigint)');
  await expect(migrate(pool, folder)).rejects.toThrow('migration 0001_first.sql was edited');
});

test('a migration that fails half-way leaves nothing behind and can run again', async () => {
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  write('0001_first.sql', 'CREATE TABLE a (x int); SELECT 1/0');
  await expect(migrate(pool, folder)).rejects.toThrow('migration 0001_first.sql failed');
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  expect(await migrate(pool, folder)).toEqual(['0001_first.sql']);
});

test('the schema of a newer release is left as it is', async () => {
  await migrate(pool);
  await pool.query(`INSERT INTO schema_migrations (name, checksum) VALUES ('0099_newer.sql', 'x')`);
  expect(await migrate(pool)).toEqual([]);
});
