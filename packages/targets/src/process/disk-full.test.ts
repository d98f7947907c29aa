import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { freeSpace, mindingDisks } from './disk-full.ts';
import { CommandError } from './run.ts';

test('the space of a folder that is not there is that of the folder it would be made in', async () => {
  const { folder, freeBytes } = await freeSpace(join(tmpdir(), 'not', 'there'));
  expect(folder).toBe(tmpdir());
  expect(freeBytes).toBeGreaterThan(0);
});

test.each([
  ['the file system’s error', Object.assign(new Error('write'), { code: 'ENOSPC' })],
  ['a program’s output', new CommandError('cp', 'ended with status 1', 'cp: error writing x: No space left on device')],
  ['the cause of another', new Error('outer', { cause: Object.assign(new Error('write'), { code: 'ENOSPC' }) })],
])('%s of a full disk becomes a message with the hint', async (_, error) => {
  const failed = mindingDisks([tmpdir()], () => Promise.reject(error));
  await expect(failed).rejects.toBeInstanceOf(PlatformError);
  await expect(failed).rejects.toThrow(/^the disk is full: [\d.]+ GiB free at /);
});

test('every other error is left as it is', async () => {
  const error = new Error('other');
  await expect(mindingDisks([tmpdir()], () => Promise.reject(error))).rejects.toBe(error);
});
