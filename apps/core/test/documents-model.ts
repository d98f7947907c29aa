import { hasVisibleCharacter } from '@mesh-platform/contracts';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { documentsClient, StoredDocument } from './documents-api.js';

type Client = ReturnType<typeof documentsClient>;
type Command = fc.AsyncCommand<Model, Client>;

/** A model of the API, without a database. */
export class Model {
  readonly documents = new Map<string, StoredDocument>();
  readonly creations = new Map<string, StoredDocument>();
  readonly gone: string[] = [];

  /** One of the documents that are there or were; one that never was where `choice` selects it, or where there is no other. */
  anyId(choice: number): string {
    const ids = [...this.documents.keys(), ...this.gone.slice(-3), '0198c5a0-0000-7000-8000-000000000000'];
    return ids[choice % ids.length] ?? '';
  }

  /** The summaries as a list has them. */
  newestFirst(): object[] {
    const documents = [...this.documents.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return documents.map(({ body, ...summary }) => summary);
  }
}

const TRICKY = [
  'plain',
  ' around ',
  'a\r\nb\tc',
  "'; DROP TABLE documents; --",
  '{"title":"x"}',
  '\ufeffbom',
  '\u202eleft',
  '%00 &amp; <b>',
];
const text = fc.oneof(fc.constantFrom(...TRICKY), fc.string({ unit: 'binary', maxLength: 50 })).filter((value) => !value.includes('\0'));
const content = fc.record({ title: text.filter(hasVisibleCharacter), body: text });

/** An If-Match or If-None-Match, relative to the revision that the document is at. */
const tag = fc.oneof(
  { weight: 3, arbitrary: fc.constant((revision: number) => `"${revision}"`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<((revision: number) => string)[]>(
      (r) => `"${r - 1}"`,
      (r) => `"${r + 1}"`,
      (r) => `W/"${r}"`,
      (r) => `"9", "${r}"`,
      () => '*',
    ),
  },
);
const allows = (header: string, revision: number) => header === '*' || header.split(', ').includes(`"${revision}"`);

function command(name: string, args: object, run: Command['run']): Command {
  return { check: () => true, run, toString: () => `${name}(${fc.stringify(args)})` };
}

/** Each way in which an answer may turn out, so that a test can see that all were met. */
export const met = new Set<string>();

const create = fc.record({ again: fc.option(fc.nat()), same: fc.boolean(), content }).map((args) =>
  command('create', args, async (model, client) => {
    const known = [...model.creations.keys()];
    const again = args.again === null ? undefined : known[args.again % known.length];
    const first = again === undefined ? undefined : model.creations.get(again);
    const wanted = first && args.same ? { title: first.title, body: first.body } : args.content;
    const key = again ?? crypto.randomUUID();
    const answer = await client.create(key, wanted);
    if (!first) {
      const written = answer.json() as StoredDocument;
      expect([answer.status, answer.etag, written]).toEqual([201, '"1"', expect.objectContaining({ ...wanted, revision: 1 })]);
      expect(written.createdAt).toBe(written.updatedAt);
      model.creations.set(key, written);
      model.documents.set(written.id, written);
      met.add('created');
    } else if (first.title === wanted.title && first.body === wanted.body) {
      expect([answer.status, answer.etag, answer.json()]).toEqual([201, '"1"', first]);
      met.add('created before');
    } else {
      expect(answer.status).toBe(409);
      met.add('key used with other content');
    }
  }),
);

const get = fc.record({ id: fc.nat(), tag: fc.option(tag) }).map((args) =>
  command('get', args, async (model, client) => {
    const id = model.anyId(args.id);
    const document = model.documents.get(id);
    const header = args.tag?.(document?.revision ?? 1);
    const answer = await client.get(id, header === undefined ? {} : { 'if-none-match': header });
    if (!document) {
      expect(answer.status).toBe(404);
      met.add('read nothing');
      return;
    }
    expect(answer.etag).toBe(`"${document.revision}"`);
    const isKnown = header !== undefined && allows(header.replaceAll('W/', ''), document.revision);
    if (isKnown) expect([answer.status, answer.text]).toEqual([304, '']);
    else expect([answer.status, answer.json()]).toEqual([200, document]);
    met.add(isKnown ? 'known' : 'read');
  }),
);

const put = fc.record({ id: fc.nat(), tag, content }).map((args) =>
  command('put', args, async (model, client) => {
    const id = model.anyId(args.id);
    const document = model.documents.get(id);
    const header = args.tag(document?.revision ?? 1);
    const answer = await client.put(id, header, args.content);
    if (!document || !allows(header, document.revision)) {
      expect(answer.status).toBe(document ? 412 : 404);
      met.add(document ? 'changed too late' : 'changed nothing');
      return;
    }
    const written = answer.json() as StoredDocument;
    const revision = document.revision + 1;
    const changed = { ...document, ...args.content, revision, updatedAt: written.updatedAt };
    expect([answer.status, answer.etag, written]).toEqual([200, `"${revision}"`, changed]);
    expect(written.updatedAt >= document.updatedAt).toBe(true);
    model.documents.set(id, written);
    met.add('changed');
  }),
);

const remove = fc.record({ id: fc.nat(), tag: fc.option(tag) }).map((args) =>
  command('delete', args, async (model, client) => {
    const id = model.anyId(args.id);
    const document = model.documents.get(id);
    const header = args.tag?.(document?.revision ?? 1);
    const { status } = await client.delete(id, header === undefined ? {} : { 'if-match': header });
    if (!document || (header !== undefined && !allows(header, document.revision))) {
      expect(status).toBe(document ? 412 : 404);
      met.add(document ? 'deleted too late' : 'deleted nothing');
      return;
    }
    expect(status).toBe(204);
    model.documents.delete(id);
    model.gone.push(id);
    met.add('deleted');
  }),
);

const list = fc.record({ limit: fc.integer({ min: 1, max: 4 }) }).map((args) =>
  command('list', args, async (model, client) => {
    const seen: object[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer = await client.list(`?limit=${args.limit}${cursor && `&cursor=${cursor}`}`);
      expect(answer.status).toBe(200);
      const page = answer.json() as { items: object[]; next: string | null };
      expect(page.items.length).toBe(Math.min(args.limit, model.documents.size - seen.length));
      seen.push(...page.items);
      cursor = page.next;
      if (cursor !== null) met.add('a page that another one follows');
    }
    expect(seen).toEqual(model.newestFirst());
  }),
);

/** Whole stories of up to a hundred requests. */
export const stories = fc.commands([create, create, create, get, get, put, put, put, remove, list], { maxCommands: 100, size: 'max' });
