import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate, SchemaMismatch } from '../src/index.js';
import { startPostgres, type TestPostgres } from '../testing/postgres.js';

let postgres: TestPostgres;
let pool: ReturnType<TestPostgres['pool']>;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres({ database: 'notes', role: 'writer' });
  pool = postgres.pool(12);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
const applied = async () =>
  (await pool.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name')).rows.map(({ name }) => name);

test('ten that migrate at once apply each migration once', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  write('0002_second.sql', 'INSERT INTO a VALUES (1)');
  const all = await Promise.all(Array.from({ length: 10 }, () => migrate(pool, folder)));
  expect(all.flat()).toEqual(['0001_first.sql', '0002_second.sql']);
  expect(await applied()).toEqual(['0001_first.sql', '0002_second.sql']);
  expect((await pool.query('SELECT FROM a')).rowCount).toBe(1);
});

test('a second run applies nothing', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  await migrate(pool, folder);
  expect(await migrate(pool, folder)).toEqual([]);
});

test('migrations run in the order of their numbers and later ones are added', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  expect(await migrate(pool, folder)).toEqual(['0001_first.sql']);
  write('0003_third.sql', 'ALTER TABLE a DROP COLUMN y');
  write('0002_second.sql', 'ALTER TABLE a ADD COLUMN y int');
  expect(await migrate(pool, folder)).toEqual(['0002_second.sql', '0003_third.sql']);
});

test('a migration that fails leaves nothing of itself behind, and those before it stay', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  write('0002_second.sql', 'CREATE TABLE b (x int); INSERT INTO a VALUES (1); SELECT 1/0');
  write('0003_third.sql', 'CREATE TABLE c (x int)');
  await expect(migrate(pool, folder)).rejects.toThrow('migration 0002_second.sql failed');
  expect(await applied()).toEqual(['0001_first.sql']);
  const { rows } = await pool.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  expect(rows.map(({ tablename }) => tablename)).toEqual(['a', 'schema_migrations']);
  expect((await pool.query('SELECT FROM a')).rowCount).toBe(0);
  write('0002_second.sql', 'CREATE TABLE b (x int)');
  expect(await migrate(pool, folder)).toEqual(['0002_second.sql', '0003_third.sql']);
});

test('a database whose migration was edited is refused and left as it is', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  await migrate(pool, folder);
  write('0001_first.sql', 'CREATE TABLE a (x bigint)');
  write('0002_second.sql', 'CREATE TABLE b (x int)');
  const message = 'migration 0001_first.sql was edited after it had been applied: restore it, and write the change as a new one';
  await expect(migrate(pool, folder)).rejects.toThrow(new SchemaMismatch(message));
  expect(await applied()).toEqual(['0001_first.sql']);
});

test('a database that a newer version has migrated serves the older one, which runs at the same time', async () => {
  write('0001_first.sql', 'CREATE TABLE a (x int)');
  await migrate(pool, folder);
  await pool.query(`INSERT INTO schema_migrations (name, checksum) VALUES ('0099_newer.sql', 'x')`);
  expect(await migrate(pool, folder)).toEqual([]);
  expect(await applied()).toContain('0099_newer.sql');
});
