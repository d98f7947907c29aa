import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DocumentsApi, documentsClient, type StoredDocument, startDocumentsApi } from './documents-api.js';

let api: DocumentsApi;
let client: ReturnType<typeof documentsClient>;

beforeAll(async () => {
  api = await startDocumentsApi();
  client = documentsClient(api.url);
}, 60_000);

afterAll(() => api?.[Symbol.asyncDispose]());

const CLIENTS = 20;
const EDITS = 3;

test('twenty clients edit one document at once: every change is a revision of its own, in order, and none is lost', async () => {
  const { id } = (await client.create(crypto.randomUUID(), { title: 'shared', body: '' })).json() as StoredDocument;
  const written: StoredDocument[] = [];
  let refused = 0;

  /** Reads, adds a line, and starts over at the read where another one was faster. */
  const edit = async (line: string): Promise<void> => {
    for (;;) {
      const read = await client.get(id);
      const before = read.json() as StoredDocument;
      const answer = await client.put(id, read.etag ?? '', { title: 'shared', body: `${before.body}${line}\n` });
      if (answer.status === 200) {
        const after = answer.json() as StoredDocument;
        expect([after.revision, answer.etag]).toEqual([before.revision + 1, `"${after.revision}"`]);
        written.push(after);
        return;
      }
      expect(answer.status).toBe(412);
      refused++;
    }
  };
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, one) => {
      for (let n = 0; n < EDITS; n++) await edit(`${one}.${n}`);
    }),
  );

  const inOrder = written.toSorted((a, b) => a.revision - b.revision);
  expect(inOrder.map(({ revision }) => revision)).toEqual(Array.from({ length: CLIENTS * EDITS }, (_, n) => n + 2));
  for (const [n, { body }] of inOrder.entries()) expect(body.startsWith(inOrder[n - 1]?.body ?? '')).toBe(true);
  const last = (await client.get(id)).json() as StoredDocument;
  expect(last).toEqual(inOrder.at(-1));
  const lines = last.body.trimEnd().split('\n');
  expect(lines.toSorted()).toEqual(
    Array.from({ length: CLIENTS }, (_, one) => Array.from({ length: EDITS }, (_, n) => `${one}.${n}`))
      .flat()
      .toSorted(),
  );
  expect(refused).toBeGreaterThan(0); // or nothing was raced
}, 60_000);

test('changes and a deletion at once: what was acknowledged after the deletion does not exist', async () => {
  for (let round = 0; round < 10; round++) {
    const { id } = (await client.create(crypto.randomUUID(), { title: 'doomed', body: '' })).json() as StoredDocument;
    const [deleted, ...changed] = await Promise.all([
      client.delete(id),
      ...Array.from({ length: 5 }, (_, n) => client.put(id, '*', { title: 'doomed', body: `${n}` })),
    ]);
    expect(deleted.status).toBe(204);
    for (const { status } of changed) expect([200, 404]).toContain(status);
    expect((await client.get(id)).status).toBe(404);
  }
}, 60_000);

test('a create repeated fifty times at once writes once and has one answer, which outlives a change and the document', async () => {
  const key = crypto.randomUUID();
  const content = { title: 'written once', body: '# Once' };
  const rows = async () => (await api.pool.query('SELECT FROM documents WHERE title = $1', [content.title])).rowCount;
  const fiftyAnswers = async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.create(key, content)));
    return new Set(answers.map(({ status, etag, text }) => `${status} ${etag} ${text}`));
  };

  const first = await fiftyAnswers();
  expect(first.size).toBe(1);
  expect([...first][0]).toMatch(/^201 "1" \{/);
  expect(await rows()).toBe(1);
  const { id } = (await client.create(key, content)).json() as StoredDocument;

  expect((await client.put(id, '"1"', { ...content, body: 'changed' })).status).toBe(200);
  expect(await fiftyAnswers()).toEqual(first);
  expect((await client.get(id)).json()).toMatchObject({ body: 'changed', revision: 2 });

  expect((await client.delete(id)).status).toBe(204);
  expect(await fiftyAnswers()).toEqual(first);
  expect(await rows()).toBe(0);
  expect((await client.get(id)).status).toBe(404);
  expect((await client.create(key, { ...content, body: 'another' })).status).toBe(409);
}, 60_000);
