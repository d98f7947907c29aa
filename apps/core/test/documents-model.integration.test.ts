import { type Random, randomOf } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DocumentsApi, documentsClient, type StoredDocument, startDocumentsApi } from './documents-api.js';

const STEPS = 400;
const TEXTS = [
  '',
  'plain',
  ' around ',
  '# Ünïcode 😀 \u202e',
  'a\r\nb\tc',
  "'; DROP TABLE documents; --",
  '{"title":"x"}',
  '\ufeff',
  '%00 &amp; <b>',
];

let api: DocumentsApi;
let client: ReturnType<typeof documentsClient>;

beforeAll(async () => {
  api = await startDocumentsApi();
  client = documentsClient(api.url);
}, 60_000);

afterAll(() => api?.[Symbol.asyncDispose]());

/** What the API promises, without a database. */
class Model {
  readonly documents = new Map<string, StoredDocument>();
  readonly creations = new Map<string, StoredDocument>();
  readonly gone: string[] = [];

  newestFirst(): string[] {
    return [...this.documents.keys()].sort().reverse();
  }
}

type Step = (model: Model, random: Random) => Promise<void>;

const contentOf = (random: Random) => ({ title: `t${random.pick(TEXTS)}`, body: random.pick(TEXTS) });
const anyIdOf = (model: Model, random: Random) => {
  const ids = [...model.documents.keys(), ...model.gone.slice(-3)];
  return ids.length > 0 && random.chance(0.95) ? random.pick(ids) : '0198c5a0-0000-7000-8000-000000000000';
};
const someTag = (revision: number, random: Random) =>
  random.pick([
    `"${revision}"`,
    `"${revision}"`,
    `"${revision}"`,
    '*',
    `"${revision - 1}"`,
    `"${revision + 1}"`,
    `W/"${revision}"`,
    `"9", "${revision}"`,
  ]);
const allows = (tag: string, revision: number) => tag === '*' || tag.split(', ').includes(`"${revision}"`);

const create: Step = async (model, random) => {
  const known = [...model.creations.keys()];
  const again = known.length > 0 && random.chance(0.4) ? random.pick(known) : undefined;
  const first = again === undefined ? undefined : model.creations.get(again);
  const content = first && random.chance(0.7) ? { title: first.title, body: first.body } : contentOf(random);
  const key = again ?? crypto.randomUUID();
  const answer = await client.create(key, content);
  if (!first) {
    const written = answer.json() as StoredDocument;
    expect([answer.status, answer.etag, written]).toEqual([201, '"1"', expect.objectContaining({ ...content, revision: 1 })]);
    expect(written.createdAt).toBe(written.updatedAt);
    model.creations.set(key, written);
    model.documents.set(written.id, written);
  } else if (first.title === content.title && first.body === content.body) {
    expect([answer.status, answer.etag, answer.json()]).toEqual([201, '"1"', first]);
  } else {
    expect(answer.status).toBe(409);
  }
};

const get: Step = async (model, random) => {
  const id = anyIdOf(model, random);
  const document = model.documents.get(id);
  const tag = someTag(document?.revision ?? 1, random);
  const answer = await client.get(id, random.chance(0.5) ? { 'if-none-match': tag } : {});
  if (!document) return expect(answer.status).toBe(404);
  expect(answer.etag).toBe(`"${document.revision}"`);
  if (answer.status === 304) return expect([answer.text, allows(tag.replaceAll('W/', ''), document.revision)]).toEqual(['', true]);
  expect([answer.status, answer.json()]).toEqual([200, document]);
};

const put: Step = async (model, random) => {
  const id = anyIdOf(model, random);
  const document = model.documents.get(id);
  const tag = someTag(document?.revision ?? 1, random);
  const content = contentOf(random);
  const answer = await client.put(id, tag, content);
  if (!document) return expect(answer.status).toBe(404);
  if (!allows(tag, document.revision)) return expect(answer.status).toBe(412);
  const revision = document.revision + 1;
  const written = answer.json() as StoredDocument;
  expect([answer.status, answer.etag, written]).toEqual([
    200,
    `"${revision}"`,
    { ...document, ...content, revision, updatedAt: written.updatedAt },
  ]);
  expect(written.updatedAt >= document.updatedAt).toBe(true);
  model.documents.set(id, written);
};

const remove: Step = async (model, random) => {
  const id = anyIdOf(model, random);
  const document = model.documents.get(id);
  const tag = random.chance(0.5) ? someTag(document?.revision ?? 1, random) : undefined;
  const { status } = await client.delete(id, tag === undefined ? {} : { 'if-match': tag });
  if (!document) return expect(status).toBe(404);
  if (tag !== undefined && !allows(tag, document.revision)) return expect(status).toBe(412);
  expect(status).toBe(204);
  model.documents.delete(id);
  model.gone.push(id);
};

const list: Step = async (model, random) => {
  const limit = 1 + random.below(20);
  const seen: object[] = [];
  let cursor: string | null = null;
  do {
    const answer = await client.list(`?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(answer.status).toBe(200);
    const page = answer.json() as { items: object[]; next: string | null };
    expect(page.items.length).toBe(Math.min(limit, model.documents.size - seen.length));
    seen.push(...page.items);
    cursor = page.next;
  } while (cursor);
  const expected = model.newestFirst().map((id) => {
    const { body, ...summary } = model.documents.get(id) as StoredDocument;
    return summary;
  });
  expect(seen).toEqual(expected);
};

test.each([1, 2, 3])(
  'four hundred drawn requests are answered as a simple model of the API answers them (seed %i)',
  async (seed) => {
    await api.pool.query('TRUNCATE documents, document_creations');
    const random = randomOf(seed);
    const model = new Model();
    const steps = { create, get, put, remove, list };
    const names = ['create', 'create', 'create', 'get', 'get', 'put', 'put', 'put', 'remove', 'list'] as const;
    for (let n = 0; n < STEPS; n++) {
      const name = random.pick(names);
      await steps[name](model, random).catch((error) => {
        throw new Error(`seed ${seed}, step ${n}: ${name}: ${error.message}`, { cause: error });
      });
    }
    await list(model, random);
    expect(model.gone.length).toBeGreaterThan(10);
    expect([...model.documents.values()].some(({ revision }) => revision > 3)).toBe(true);
  },
  90_000,
);
