import { status } from '@grpc/grpc-js';
import { until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCore } from './core-app.js';
import { coreClient } from './core-client.js';
import { startPostgres, type TestPostgres } from './postgres.js';

let postgres: TestPostgres;
let core: Awaited<ReturnType<typeof startCore>>;
let client: ReturnType<typeof coreClient>;
let pool: ReturnType<TestPostgres['pool']>;

beforeAll(async () => {
  postgres = await startPostgres();
  core = await startCore(postgres);
  await until('core to be ready', core.ready);
  client = coreClient(core.env.GRPC_PORT);
  pool = postgres.pool();
}, 60_000);

afterAll(async () => {
  client?.close();
  await core?.app.close();
  await pool?.end();
  await postgres?.[Symbol.asyncDispose]();
});

const key = () => crypto.randomUUID();
const rowsWith = async (title: string) => (await pool.query('SELECT FROM documents WHERE title = $1', [title])).rowCount;

describe('create', () => {
  test('writes a document that get returns', async () => {
    const created = await client.create({ idempotencyKey: key(), title: 'Ünïcode 😀', body: '# Hello\n' });
    expect(created).toMatchObject({ title: 'Ünïcode 😀', body: '# Hello\n', revision: 1 });
    expect(created.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(created.createdAt).toEqual(created.updatedAt);
    expect(await client.get(created.id)).toEqual(created);
  });

  test('twenty calls at once with one key write one document and all get the same answer', async () => {
    const request = { idempotencyKey: key(), title: 'raced', body: 'once' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.create(request)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await rowsWith('raced')).toBe(1);
  });

  test('a known key with other content is ALREADY_EXISTS and writes nothing', async () => {
    const idempotencyKey = key();
    await client.create({ idempotencyKey, title: 'first', body: '' });
    await expect(client.create({ idempotencyKey, title: 'second', body: '' })).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
    expect(await rowsWith('second')).toBe(0);
  });

  test('a known key returns the first result even after the document has changed', async () => {
    const request = { idempotencyKey: key(), title: 'changes', body: 'before' };
    const first = await client.create(request);
    await pool.query(`UPDATE documents SET body = 'after', revision = 2 WHERE id = $1`, [first.id]);
    expect(await client.create(request)).toEqual(first);
    expect((await client.get(first.id)).body).toBe('after');
  });

  test('a body of 256 KiB is written', async () => {
    const body = 'x'.repeat(256 * 1024);
    const { id } = await client.create({ idempotencyKey: key(), title: 'large', body });
    expect((await client.get(id)).body).toBe(body);
  });

  test.each([
    ['an empty title', { title: '' }, 'title: must not be empty'],
    ['a title that is too long', { title: 'x'.repeat(201) }, 'title: must have at most 200 characters'],
    ['a body that is too large', { body: 'x'.repeat(256 * 1024 + 1) }, 'body: must have at most 256 KiB'],
    ['a NUL', { body: 'a\0b' }, 'body: must not contain NUL'],
    ['no key', { idempotencyKey: '' }, 'idempotencyKey: must be 1 to 200 visible ASCII characters'],
  ])('%s is INVALID_ARGUMENT with its rule', async (_, fields, details) => {
    const request = { idempotencyKey: key(), title: 't', body: '', ...fields };
    await expect(client.create(request)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details });
  });
});

describe('get', () => {
  test('an unknown id is NOT_FOUND', async () => {
    await expect(client.get('0198c5a0-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('an id that is no UUIDv7 is INVALID_ARGUMENT', async () => {
    await expect(client.get("1' OR '1'='1")).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details: 'id: must be a UUIDv7' });
  });
});

describe('list', () => {
  test('the pages hold every document once, newest first', async () => {
    for (let n = 0; n < 7; n++) await client.create({ idempotencyKey: key(), title: `page ${n}`, body: '' });
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM documents ORDER BY id DESC');
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await client.list({ limit: 3, cursor });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor);
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  test('a page that ends with the last document has no next', async () => {
    const { rowCount } = await pool.query('SELECT FROM documents');
    expect(await client.list({ limit: rowCount ?? 0 })).toMatchObject({ next: '' });
  });

  test('an unset limit means twenty', async () => {
    await Promise.all(Array.from({ length: 21 }, (_, n) => client.create({ idempotencyKey: key(), title: `twenty ${n}`, body: '' })));
    expect((await client.list({})).items).toHaveLength(20);
  });

  test.each([
    [{ limit: 101 }, 'limit: must be at most 100'],
    [{ limit: -1 }, 'limit: must not be negative'],
    [{ cursor: 'forged' }, 'cursor: must be one that a page gave out'],
  ])('%o is INVALID_ARGUMENT', async (request, details) => {
    await expect(client.list(request)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details });
  });
});

test('the path ends at core, with its caller and its attempt', async () => {
  const headers = { 'x-forwarded-client-cert': 'URI=spiffe://forged,By=b;URI=spiffe://mesh/web', 'x-envoy-attempt-count': '2' };
  const expected = { service: 'core', version: 'v1', pod: 'core-test', attempts: 2, caller: 'spiffe://mesh/web' };
  expect((await client.path(headers)).hops).toEqual([expect.objectContaining(expected)]);
});

test('without a sidecar the path names no caller', async () => {
  expect((await client.path()).hops[0]).not.toHaveProperty('caller');
});

test('an error inside the database is INTERNAL and keeps its details to itself', async () => {
  await pool.query('ALTER TABLE documents RENAME TO elsewhere');
  try {
    await expect(client.list({})).rejects.toMatchObject({ code: status.INTERNAL, details: 'internal error' });
  } finally {
    await pool.query('ALTER TABLE elsewhere RENAME TO documents');
  }
});

test('a statement that waits too long is DEADLINE_EXCEEDED', async () => {
  const blocker = await pool.connect();
  try {
    await blocker.query('BEGIN; LOCK documents');
    await expect(client.list({})).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  } finally {
    await blocker.query('ROLLBACK');
    blocker.release();
  }
}, 10_000);
