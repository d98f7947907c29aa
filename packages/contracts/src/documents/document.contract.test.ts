import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_PAGE_SIZE,
  documentIdSchema,
  documentListQuerySchema,
  idempotencyKeySchema,
  MAX_BODY_BYTES,
  MAX_KEY_CHARACTERS,
  MAX_PAGE_SIZE,
  MAX_TITLE_CHARACTERS,
  newDocumentSchema,
} from './document.contract.js';

const rules = (input: unknown) => newDocumentSchema.safeParse(input).error?.issues.map(({ path, message }) => `${path}: ${message}`);

describe('a new document', () => {
  test('has a title of up to 200 characters, where a character beyond the basic plane counts once', () => {
    expect(rules({ title: '😀'.repeat(200), body: '' })).toBeUndefined();
    expect(rules({ title: '😀'.repeat(201), body: '' })).toEqual(['title: must have at most 200 characters']);
  });

  test('has a title that is more than space', () => {
    expect(rules({ title: ' \n', body: '' })).toEqual(['title: must not be empty']);
  });

  test('has a body of up to 256 KiB of UTF-8', () => {
    expect(rules({ title: 't', body: 'é'.repeat(128 * 1024) })).toBeUndefined();
    expect(rules({ title: 't', body: `${'é'.repeat(128 * 1024)}.` })).toEqual(['body: must have at most 256 KiB']);
  });

  test('refuses text that the database or the wire cannot carry', () => {
    expect(rules({ title: 'a\0b', body: '' })).toEqual(['title: must not contain NUL']);
    expect(rules({ title: 't', body: 'a\ud800' })).toEqual(['body: must be well-formed Unicode']);
  });

  test('has no unknown field', () => {
    expect(rules({ title: 't', body: '', revision: 7 })).toEqual([': must have no fields but title and body']);
  });

  test('has one rule about unknown fields, however many there are', () => {
    const unknown = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`field-${n}`, n]));
    expect(rules({ title: 't', body: '', ...unknown })).toEqual([': must have no fields but title and body']);
    expect(documentListQuerySchema.safeParse({ page: '1' }).error?.issues.map(({ message }) => message)).toEqual([
      'must have no parameters but limit and cursor',
    ]);
  });
});

test.each(['0', '101', '-1', '1.5', '1e2', ''])('a list refuses the limit "%s"', (limit) => {
  expect(documentListQuerySchema.safeParse({ limit }).success).toBe(false);
});

test('a list without a limit has twenty items', () => {
  expect(documentListQuerySchema.parse({})).toEqual({ limit: 20 });
});

test('an id of another UUID version is refused', () => {
  expect(documentIdSchema.safeParse('9b2f0a52-6d4b-4c41-9d5e-0f6a3f1f9f11').success).toBe(false);
  expect(documentIdSchema.safeParse('0198c5a0-0000-7000-8000-000000000000').success).toBe(true);
});

test.each(['', 'a b', 'ä', 'x'.repeat(201), 'a\n'])(
  'an idempotency key of other than 1 to 200 visible ASCII characters is refused',
  (key) => {
    expect(idempotencyKeySchema.safeParse(key).success).toBe(false);
  },
);

const proto = readFileSync(new URL('../../proto/documents/v1/documents.proto', import.meta.url), 'utf8');

test.each([
  `string title = 2; // 1 to ${MAX_TITLE_CHARACTERS} characters\n`,
  `string body = 3; // Markdown, at most ${MAX_BODY_BYTES / 1024} KiB of UTF-8\n`,
  `string idempotency_key = 1; // 1 to ${MAX_KEY_CHARACTERS} visible ASCII characters\n`,
  `int32 limit = 1; // 1 to ${MAX_PAGE_SIZE}; unset means ${DEFAULT_PAGE_SIZE}\n`,
])('the proto file states the limit: %s', (line) => {
  expect(proto).toContain(line);
});
