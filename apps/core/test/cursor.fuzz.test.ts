import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { RpcError } from '@mesh-platform/call-kit/server';
import { fuzz, mutatedBytes, mutatedText } from '@mesh-platform/fuzz-kit';
import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { Cursors } from '../src/documents/cursor.js';

const folder = mkdtempSync(join(tmpdir(), 'cursor-fuzz-'));
const keyFile = join(folder, 'key');
writeFileSync(keyFile, 'k'.repeat(32));
afterAll(() => rmSync(folder, { recursive: true }));

const cursors = new Cursors({ CURSOR_KEY_FILE: keyFile });
const given = new Map(
  ['0198c5a0-0000-7000-8000-000000000000', '0198c5a0-1234-7abc-9def-0123456789ab', 'ffffffff-ffff-7fff-bfff-ffffffffffff'].map(
    (id) => [cursors.after(id), id] as const,
  ),
);

const corpus = [...given.keys()];
const texts = mutatedText({ corpus, tokens: ['=', '-', '_', '+', '/', '%00', '\0', ' ', '\n', '{"id":', '\ud800', 'é'] });
const bytes = mutatedBytes({
  corpus: corpus.map((cursor) => Buffer.from(cursor, 'base64url')),
  tokens: [Buffer.of(0), Buffer.of(0x7f, 0xff), Buffer.alloc(16)],
}).map((changed) => changed.toString('base64url'));

test('a cursor that no page gave out is INVALID_ARGUMENT, and one that a page gave out leads to its id', async () => {
  await fuzz({
    name: 'cursor',
    file: import.meta.filename,
    inputs: fc.oneof(texts, bytes),
    outcomes: ['accepted', 'refused'],
    cpuMs: 50,
    memoryMiB: 64,
    check: (cursor) => {
      const id = given.get(cursor);
      try {
        const found = cursors.idOf(cursor);
        if (found !== id) throw new Error(`a cursor that no page gave out leads to ${found}`);
        return 'accepted';
      } catch (error) {
        if (id === undefined && error instanceof RpcError && error.code === status.INVALID_ARGUMENT) return 'refused';
        throw error;
      }
    },
  });
});
