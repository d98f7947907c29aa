import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { cursorAfter, idOf } from './cursor.js';

const id = '0198c5a0-0000-7000-8000-000000000000';

test('a cursor leads back to its id', () => {
  expect(idOf(cursorAfter(id))).toBe(id);
});

test.each([
  'garbage',
  `${cursorAfter(id)}=`,
  `${cursorAfter(id)} `,
  Buffer.from("' OR 1=1 --").toString('base64url'),
  Buffer.from('9b2f0a52-6d4b-4c41-9d5e-0f6a3f1f9f11').toString('base64url'),
])('the cursor "%s" is INVALID_ARGUMENT', (cursor) => {
  expect(() => idOf(cursor)).toThrow(expect.objectContaining({ code: status.INVALID_ARGUMENT }));
});
