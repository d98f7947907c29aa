import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { MAX_BODY_BYTES, MAX_TITLE_CHARACTERS } from '@mesh-platform/contracts';
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
const unknown = '0198c5a0-0000-7000-8000-000000000000';
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

  test('a known key returns the first result even after the document has changed, and changes nothing', async () => {
    const request = { idempotencyKey: key(), title: 'changes', body: 'before' };
    const first = await client.create(request);
    const after = await client.update({ id: first.id, title: 'changes', body: 'after', revisions: [1] });
    expect(await client.create(request)).toEqual(first);
    expect(await client.get(first.id)).toEqual(after);
  });

  test('a known key returns the first result even after the document was deleted, and writes nothing', async () => {
    const request = { idempotencyKey: key(), title: 'gone', body: '' };
    const first = await client.create(request);
    await client.delete({ id: first.id, revisions: [] });
    expect(await client.create(request)).toEqual(first);
    expect(await rowsWith('gone')).toBe(0);
  });

  test('a body of 256 KiB is written', async () => {
    const body = 'x'.repeat(256 * 1024);
    const { id } = await client.create({ idempotencyKey: key(), title: 'large', body });
    expect((await client.get(id)).body).toBe(body);
  });

  // The migrations repeat the limits of the contract.
  test.each([
    ['title', '😀'.repeat(MAX_TITLE_CHARACTERS), '😀'],
    ['body', 'é'.repeat(MAX_BODY_BYTES / 2), '.'],
  ])('the database takes the longest %s of the contract, and nothing longer', async (field, longest, more) => {
    const write = (text: string) =>
      pool.query(
        'INSERT INTO documents VALUES (uuidv7(), $1, $2, 1, now(), now()) RETURNING id',
        field === 'title' ? [text, ''] : ['t', text],
      );
    const { rows } = await write(longest);
    await pool.query('DELETE FROM documents WHERE id = $1', [rows[0].id]);
    await expect(write(longest + more)).rejects.toThrow('violates check constraint');
  });

  test.each([
    ['an empty title', { title: '' }, 'title: must not be empty'],
    ['an invisible title', { title: '\u200b\u202e' }, 'title: must have a visible character'],
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
    await expect(client.get(unknown)).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('an id that is no UUIDv7 is INVALID_ARGUMENT', async () => {
    await expect(client.get("1' OR '1'='1")).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details: 'id: must be a UUIDv7' });
  });
});

describe('update', () => {
  test('replaces title and body, counts the revision up and keeps the time of the creation', async () => {
    const created = await client.create({ idempotencyKey: key(), title: 'before', body: 'one' });
    const updated = await client.update({ id: created.id, title: 'after', body: 'two', revisions: [1] });
    expect(updated).toMatchObject({ id: created.id, title: 'after', body: 'two', revision: 2, createdAt: created.createdAt });
    expect(Number(updated.updatedAt?.seconds) * 1e9 + Number(updated.updatedAt?.nanos)).toBeGreaterThan(
      Number(created.updatedAt?.seconds) * 1e9 + Number(created.updatedAt?.nanos),
    );
    expect(await client.get(created.id)).toEqual(updated);
  });

  test('changes no other document', async () => {
    const [one, other] = [
      await client.create({ idempotencyKey: key(), title: 'one', body: '' }),
      await client.create({ idempotencyKey: key(), title: 'other', body: '' }),
    ];
    await client.update({ id: one.id, title: 'changed', body: '', revisions: [] });
    expect(await client.get(other.id)).toEqual(other);
  });

  test('of twenty at once that expect the same revision one is written and the others are ABORTED', async () => {
    const { id } = await client.create({ idempotencyKey: key(), title: 'edited', body: '' });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => client.update({ id, title: 'edited', body: `by ${n}`, revisions: [1] })),
    );
    const written = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason.code);
    expect(written).toHaveLength(1);
    expect(refused).toEqual(Array.from({ length: 19 }, () => status.ABORTED));
    expect(await client.get(id)).toEqual(written[0]);
  });

  test('any of several revisions will do, and none at all means whichever it is', async () => {
    const { id } = await client.create({ idempotencyKey: key(), title: 't', body: '' });
    expect(await client.update({ id, title: 't', body: 'a', revisions: [7, 1] })).toMatchObject({ revision: 2 });
    expect(await client.update({ id, title: 't', body: 'b', revisions: [] })).toMatchObject({ revision: 3 });
  });

  test.each([[[0]], [[2]], [[2_147_483_647]]])('a document at revision 1 is left as it is where %j is expected', async (revisions) => {
    const created = await client.create({ idempotencyKey: key(), title: 'kept', body: 'kept' });
    const refused = { code: status.ABORTED, details: 'the document is at another revision' };
    await expect(client.update({ id: created.id, title: 'lost', body: 'lost', revisions })).rejects.toMatchObject(refused);
    await expect(client.delete({ id: created.id, revisions })).rejects.toMatchObject(refused);
    expect(await client.get(created.id)).toEqual(created);
  });

  test('an unknown id is NOT_FOUND, whichever revision is expected, and writes nothing', async () => {
    for (const revisions of [[], [1]]) {
      await expect(client.update({ id: unknown, title: 'nowhere', body: '', revisions })).rejects.toMatchObject({ code: status.NOT_FOUND });
    }
    expect(await rowsWith('nowhere')).toBe(0);
  });

  test.each([
    ['an id that is no UUIDv7', { id: '1' }, 'id: must be a UUIDv7'],
    ['an empty title', { title: '' }, 'title: must not be empty'],
    ['an invisible title', { title: '\u200b\u202e' }, 'title: must have a visible character'],
    ['a body that is too large', { body: 'x'.repeat(256 * 1024 + 1) }, 'body: must have at most 256 KiB'],
    ['a negative revision', { revisions: [-1] }, 'revisions.0: must not be negative'],
  ])('%s is INVALID_ARGUMENT with its rule', async (_, fields, details) => {
    const request = { id: unknown, title: 't', body: '', revisions: [1], ...fields };
    await expect(client.update(request)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details });
  });
});

describe('delete', () => {
  test('deletes the document at the expected revision, and no other', async () => {
    const [gone, kept] = [
      await client.create({ idempotencyKey: key(), title: 'gone', body: '' }),
      await client.create({ idempotencyKey: key(), title: 'kept', body: '' }),
    ];
    await client.delete({ id: gone.id, revisions: [1] });
    await expect(client.get(gone.id)).rejects.toMatchObject({ code: status.NOT_FOUND });
    expect(await client.get(kept.id)).toEqual(kept);
  });

  test('of twenty concurrent deletions one deletes and the others get NOT_FOUND', async () => {
    const { id } = await client.create({ idempotencyKey: key(), title: 't', body: '' });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => client.delete({ id, revisions: [] })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason.code);
    expect(refused).toEqual(Array.from({ length: 19 }, () => status.NOT_FOUND));
  });

  test.each([
    ['any revision would do is NOT_FOUND', [], status.NOT_FOUND],
    ['a revision is expected is ABORTED', [1], status.ABORTED],
  ])('a call that waited for a deletion, where %s', async (_, revisions, code) => {
    const { id } = await client.create({ idempotencyKey: key(), title: 't', body: '' });
    const other = await pool.connect();
    try {
      await other.query('BEGIN');
      await other.query('DELETE FROM documents WHERE id = $1', [id]);
      const calls = Promise.allSettled([client.delete({ id, revisions }), client.update({ id, title: 't', body: '', revisions })]);
      await until('both calls to wait', async () => {
        const { rowCount } = await pool.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'core'`);
        return rowCount === 2;
      });
      await other.query('COMMIT');
      expect(await calls).toMatchObject([{ reason: { code } }, { reason: { code } }]);
    } finally {
      other.release();
    }
  });

  test.each([
    ['an unknown id', { id: unknown }, status.NOT_FOUND, 'no document has this id'],
    ['an id that is no UUIDv7', { id: "1' OR '1'='1" }, status.INVALID_ARGUMENT, 'id: must be a UUIDv7'],
    ['a negative revision', { revisions: [-1] }, status.INVALID_ARGUMENT, 'revisions.0: must not be negative'],
  ])('%s is refused', async (_, fields, code, details) => {
    await expect(client.delete({ id: unknown, revisions: [], ...fields })).rejects.toMatchObject({ code, details });
  });
});

describe('list', () => {
  test('the pages contain every document once, newest first', async () => {
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

  test('a cursor that was changed, or that a core with another key gave out, is INVALID_ARGUMENT', async () => {
    const { next } = await client.list({ limit: 1 });
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'other-core-')), 'key');
    writeFileSync(elsewhere, 'x'.repeat(32));
    const other = await startCore(postgres, { CURSOR_KEY_FILE: elsewhere });
    const otherClient = coreClient(other.env.GRPC_PORT);
    try {
      await until('the other core to be ready', other.ready);
      const foreign = (await otherClient.list({ limit: 1 })).next;
      const changed = `${next[0] === 'A' ? 'B' : 'A'}${next.slice(1)}`;
      for (const cursor of [foreign, changed]) {
        await expect(client.list({ cursor })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
      }
    } finally {
      otherClient.close();
      await other.app.close();
      rmSync(dirname(elsewhere), { recursive: true });
    }
  });

  test('the page after a document that was deleted meanwhile is still there', async () => {
    const documents = [];
    for (let n = 0; n < 3; n++) documents.push(await client.create({ idempotencyKey: key(), title: `paged ${n}`, body: '' }));
    const [oldest, middle, newest] = documents;
    const { items, next } = await client.list({ limit: 2 });
    expect(items.map(({ id }) => id)).toEqual([newest?.id, middle?.id]);
    await client.delete({ id: middle?.id ?? '', revisions: [] });
    expect((await client.list({ limit: 1, cursor: next })).items.map(({ id }) => id)).toEqual([oldest?.id]);
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

test('a change that the database undoes in favour of another one is UNAVAILABLE, and can be made again', async () => {
  const { id } = await client.create({ idempotencyKey: key(), title: 'contended', body: '' });
  await pool.query(`
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$;
    CREATE TRIGGER lose BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION lose()`);
  const change = { id, title: 'contended', body: 'changed', revisions: [1] };
  const details = 'the database let another change go first';
  await expect(client.update(change)).rejects.toMatchObject({ code: status.UNAVAILABLE, details });
  await pool.query('DROP TRIGGER lose ON documents; DROP FUNCTION lose()');
  expect(await client.update(change)).toMatchObject({ revision: 2, body: 'changed' });
});
