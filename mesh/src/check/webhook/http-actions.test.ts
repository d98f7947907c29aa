import { expect, it } from 'vitest';
import { directResponse } from './http-actions.ts';

const found = (body: { string: string } | { bytes: string }) =>
  [...directResponse({ status: 200, body }, 'spec')].map(({ code, path }) => `${code} ${path}`);
const [rejected, warned] = ['MESH116 spec.body', 'MESH195 spec.body'];

it('rejects a direct response above the size limit in bytes', () => {
  const megabyte = 1024 * 1024;
  expect(found({ string: 'a'.repeat(megabyte) })).toEqual([warned]);
  expect(found({ string: 'é'.repeat(megabyte) })).toEqual([rejected]);
  expect(found({ bytes: Buffer.alloc(megabyte).toString('base64') })).toEqual([warned]);
  expect(found({ bytes: Buffer.alloc(megabyte + 1).toString('base64') })).toEqual([rejected]);
});

it('warns of a direct response above 100 KB', () => {
  expect(found({ string: 'a'.repeat(100 * 1024) })).toEqual([]);
  expect(found({ string: 'a'.repeat(100 * 1024 + 1) })).toEqual([warned]);
});
