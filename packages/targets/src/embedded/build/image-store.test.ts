import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { isImageStore } from './image-store.ts';

const META = 'io.containerd.metadata.v1.bolt/meta.db';
const SNAPSHOTS = 'io.containerd.snapshotter.v1.overlayfs/metadata.db';
const PAGE = 4096;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

/** The beginning of a bolt database whose given pages describe it. */
function database(...pages: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * PAGE);
  for (const page of pages) bytes.writeUInt32LE(0xed0cdaed, page * PAGE + 16);
  return bytes;
}

async function write(file: string, content: Buffer): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

test.each([[[0, 1]], [[0]], [[1]]])('a store whose databases have their pages %j whole is one', async (pages) => {
  await write(META, database(...pages));
  await write(SNAPSHOTS, database(...pages));
  expect(await isImageStore(folder)).toBe(true);
});

test.each([
  ['is empty', Buffer.alloc(0)],
  ['was cut short', database(0, 1).subarray(0, 3 * PAGE)],
  ['contains zeros', database()],
])('a store with a database that %s is none', async (_, content) => {
  await write(META, database(0, 1));
  await write(SNAPSHOTS, content);
  expect(await isImageStore(folder)).toBe(false);
});

test('a store without a database is none', async () => {
  await write(META, database(0, 1));
  expect(await isImageStore(folder)).toBe(false);
});
