import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '@mesh-platform/postgres-kit';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { MIGRATIONS } from '../src/app.module.js';
import { startCore } from './core-app.js';
import { coreClient } from './core-client.js';
import { startPostgres, type TestPostgres } from './postgres.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const TWO_MIGRATIONS = here('fixtures/two-migrations');

let postgres: TestPostgres;
let pool: ReturnType<TestPostgres['pool']>;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  pool = postgres.pool(12);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.[Symbol.asyncDispose]();
});

const empty = () => pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  await empty();
});

afterEach(() => rmSync(folder, { recursive: true }));

const namesOf = (migrations: string) => readdirSync(migrations).sort();
const applied = async () =>
  (await pool.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name')).rows.map(({ name }) => name);

test.each([
  ['core', MIGRATIONS],
  ['two migrations', TWO_MIGRATIONS],
])('ten that migrate at once apply each migration of %s once', async (_, migrations) => {
  const all = await Promise.all(Array.from({ length: 10 }, () => migrate(pool, migrations)));
  expect(all.flat()).toEqual(namesOf(migrations));
  expect(await applied()).toEqual(namesOf(migrations));
});

/** Brings what each version wrote to the newest schema, one after the other, and has it checked. */
async function upgradeFromEach(migrations: string, written: string, check: () => Promise<void>): Promise<void> {
  const names = namesOf(migrations);
  expect(namesOf(written), 'each version has what it wrote').toEqual(names);
  for (const [index, version] of names.entries()) {
    await empty();
    const upTo = mkdtempSync(join(folder, 'up-to-'));
    for (const name of names.slice(0, index + 1)) cpSync(join(migrations, name), join(upTo, name));
    expect(await migrate(pool, upTo)).toEqual(names.slice(0, index + 1));
    await pool.query(readFileSync(join(written, version), 'utf8'));
    const upgrades = await Promise.all(Array.from({ length: 10 }, () => migrate(pool, migrations)));
    expect(upgrades.flat()).toEqual(names.slice(index + 1));
    await check();
  }
}

test('what each version of core wrote is served by this one: the documents, and the keys that wrote them', async () => {
  await upgradeFromEach(MIGRATIONS, here('written-by'), async () => {
    const core = await startCore(postgres);
    const client = coreClient(core.env.GRPC_PORT);
    try {
      await until('core to be ready', core.ready);
      const id = '0198c5a0-0000-7000-8000-000000000001';
      const old = await client.get(id);
      expect(old).toMatchObject({
        id,
        title: 'old',
        body: '# kept',
        revision: 3,
        createdAt: { seconds: '1763806830', nanos: 123_000_000 },
      });
      expect((await client.list({})).items.map((item) => item.id)).toEqual([id]);
      expect(await client.create({ idempotencyKey: 'key-of-old', title: 'old', body: '# first' })).toMatchObject({ id, revision: 1 });
      expect((await client.create({ idempotencyKey: 'key-of-deleted', title: 'gone', body: '' })).id).toMatch(/2$/);
      expect(await client.update({ id, title: 'new', body: '', revisions: [3] })).toMatchObject({ title: 'new', revision: 4 });
      expect((await client.list({})).items).toHaveLength(1);
    } finally {
      client.close();
      await core.app.close();
    }
  });
}, 120_000);

test('two migrations bring rows to the newest schema, where the second changes rows that the version of the first wrote', async () => {
  await upgradeFromEach(TWO_MIGRATIONS, here('fixtures/written-by'), async () => {
    expect((await pool.query('SELECT * FROM notes')).rows).toEqual([{ id: 1, text: 'two words', words: 2 }]);
  });
});

test('a database whose migration was edited stops the start with a message', async () => {
  await migrate(pool, MIGRATIONS);
  await pool.query(`UPDATE schema_migrations SET checksum = 'of another text'`);
  const [PORT, GRPC_PORT] = [String(await freePort()), String(await freePort())];
  const env = { ...postgres.env, PORT, GRPC_PORT, SERVICE_VERSION: 'v1', LOG_LEVEL: 'silent' };
  await using core = startService(here('../dist/main.js'), env);
  expect(await core.exited).toBe(1);
  expect(core.output()).toBe(
    'core did not start: migration 0001_documents.sql was edited after it had been applied: restore it, and write the change as a new one\n',
  );
});
