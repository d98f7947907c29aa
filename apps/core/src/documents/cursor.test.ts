import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, expect, test } from 'vitest';
import { Cursors } from './cursor.js';

const folder = mkdtempSync(join(tmpdir(), 'cursor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function cursorsWith(key: string): Cursors {
  const file = join(folder, 'key');
  writeFileSync(file, key);
  return new Cursors({ CURSOR_KEY_FILE: file });
}

const id = '0198c5a0-0000-7000-8000-000000000000';
const key = 'k'.repeat(32);
const cursors = cursorsWith(key);
const cursor = cursors.after(id);
const refused = expect.objectContaining({ code: status.INVALID_ARGUMENT });

/** The cursor of 16 bytes under a key that signs them for a purpose. */
function signed(hex: string, purpose = 'documents.v1.Documents/List', secret = key): string {
  const bytes = Buffer.from(hex, 'hex');
  const signature = createHmac('sha256', secret).update(`${purpose}\0`).update(bytes).digest().subarray(0, 16);
  return Buffer.concat([bytes, signature]).toString('base64url');
}

test('a cursor leads back to its id, is the same each time, and does not show the id', () => {
  expect(cursors.idOf(cursor)).toBe(id);
  expect(cursors.after(id)).toBe(cursor);
  expect(cursor).toMatch(/^[\w-]{43}$/);
  expect(cursor).toBe(signed(id.replaceAll('-', '')));
});

test('white space around the key is no part of it', () => {
  expect(cursorsWith(` ${key}\n`).idOf(cursor)).toBe(id);
});

test('a cursor under another key is INVALID_ARGUMENT', () => {
  expect(() => cursorsWith('x'.repeat(32)).idOf(cursor)).toThrow(refused);
});

test('a cursor of which any one bit is changed is INVALID_ARGUMENT', () => {
  const bytes = Buffer.from(cursor, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes);
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => cursors.idOf(forged.toString('base64url')), `bit ${bit}`).toThrow(refused);
  }
});

test.each([
  ['no base64url', 'garbage!'],
  ['no signature', Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')],
  ['the id in plain', Buffer.from(id).toString('base64url')],
  ['half of the signature', cursor.slice(0, 32)],
  ['more than the signature', `${cursor}AAAA`],
  ['padding', `${cursor}=`],
  ['a space', `${cursor} `],
  ['another spelling of the same bytes', cursor.slice(0, -1) + String.fromCharCode(cursor.charCodeAt(42) + 1)],
  ['a right signature of what is no UUIDv7', signed('9b2f0a526d4b4c419d5e0f6a3f1f9f11')],
  ['a right signature for another purpose', signed(id.replaceAll('-', ''), 'documents.v1.Documents/Get')],
])('a cursor with %s is INVALID_ARGUMENT', (_, forged) => {
  expect(() => cursors.idOf(forged)).toThrow(refused);
});
