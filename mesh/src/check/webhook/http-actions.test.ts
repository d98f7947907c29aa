import { expect, it } from 'vitest';
import { directResponse } from './http-actions.ts';

const found = (body: { string: string } | { bytes: string }) => [...directResponse({ status: 200, body }, 'spec')].map(({ path }) => path);

it('rejects a direct response above the size limit in bytes', () => {
  const megabyte = 1024 * 1024;
  expect(found({ string: 'a'.repeat(megabyte) })).toEqual([]);
  expect(found({ string: 'é'.repeat(megabyte) })).toEqual(['spec.body']);
  expect(found({ bytes: Buffer.alloc(megabyte).toString('base64') })).toEqual([]);
  expect(found({ bytes: Buffer.alloc(megabyte + 1).toString('base64') })).toEqual(['spec.body']);
});
