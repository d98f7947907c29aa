import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { cached, entryFolder, isCached, keyOf, keyOfFiles } from './cache.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-platform-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });
});

const kind = 'unit-test';
/** Locks are the whole machine's, so two runs of this file must not share keys. */
const freshKey = () => keyOf(home);
const builder = (text: string) => vi.fn(async (folder: string) => writeFile(join(folder, 'file'), text));

test('the same parts have the same key, a folder name of 20 hexadecimal digits', () => {
  expect(keyOf('a', 'b')).toBe(keyOf('a', Buffer.from('b')));
  expect(keyOf('a', 'b')).toMatch(/^[0-9a-f]{20}$/);
});

test.each([
  [
    ['a', 'bc'],
    ['ab', 'c'],
  ],
  [['a'], ['a', '']],
  [[], ['']],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [['ééé1:x'], ['ééé', 'x'].map((part) => Buffer.from(part))],
])('%j and %j have different keys', (one, other) => {
  expect(keyOf(...one)).not.toBe(keyOf(...other));
});

test('the key of files changes with the content of any', async () => {
  const files = ['one', 'two'].map((name) => join(home, name));
  for (const file of files) await writeFile(file, 'before');
  const before = await keyOfFiles(files);
  expect(await keyOfFiles(files)).toBe(before);
  await writeFile(join(home, 'two'), 'after');
  expect(await keyOfFiles(files)).not.toBe(before);
});

test('an entry is built once, lies where it is looked for, and is complete', async () => {
  const key = freshKey();
  const build = builder('content');
  expect(await isCached(kind, key)).toBe(false);
  const folder = await cached(kind, key, build);
  expect(folder).toBe(join(home, 'mesh-platform', kind, key));
  expect(folder).toBe(entryFolder(kind, key));
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('content');
  expect(await isCached(kind, key)).toBe(true);
  expect(await cached(kind, key, build)).toBe(folder);
  expect(build).toHaveBeenCalledTimes(1);
});

test('an entry is invisible while it is built', async () => {
  const key = freshKey();
  await cached(kind, key, async (folder) => {
    await writeFile(join(folder, 'file'), 'half');
    expect(existsSync(entryFolder(kind, key))).toBe(false);
    expect(await isCached(kind, key)).toBe(false);
  });
  expect(await isCached(kind, key)).toBe(true);
});

test('a build that throws leaves nothing, and the next one builds again', async () => {
  const key = freshKey();
  const broken = cached(kind, key, async (folder) => {
    await writeFile(join(folder, 'file'), 'half');
    throw new Error('broken');
  });
  await expect(broken).rejects.toThrow('broken');
  expect(await isCached(kind, key)).toBe(false);
  expect(await readdir(dirname(entryFolder(kind, key)))).toEqual([]);
  const folder = await cached(kind, key, builder('whole'));
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('whole');
});

test('two that want the same entry at once build it once', async () => {
  const key = freshKey();
  const build = builder('content');
  const folders = await Promise.all([cached(kind, key, build), cached(kind, key, build)]);
  expect(new Set(folders).size).toBe(1);
  expect(build).toHaveBeenCalledTimes(1);
});

test('entries of two keys are built side by side', async () => {
  const key = freshKey();
  let meet: () => void = () => {};
  const met = new Promise<void>((resolve) => {
    meet = resolve;
  });
  await Promise.all([cached(kind, `${key}-a`, () => met), cached(kind, `${key}-b`, async () => meet())]);
  expect(await isCached(kind, `${key}-a`)).toBe(true);
});

test('a folder that is not complete is built again, without what it held', async () => {
  const key = freshKey();
  await mkdir(entryFolder(kind, key), { recursive: true });
  await writeFile(join(entryFolder(kind, key), 'stale'), '');
  const build = builder('whole');
  const folder = await cached(kind, key, build);
  expect(build).toHaveBeenCalledTimes(1);
  expect((await readdir(folder)).toSorted()).toEqual(['.complete', 'file']);
});

test.each([
  ['a large file that was cut short', (folder: string) => truncate(join(folder, 'large'), 1024)],
  ['a large file that is gone', (folder: string) => rm(join(folder, 'large'))],
  ['a mark that was cut short itself', (folder: string) => writeFile(join(folder, '.complete'), '{"lar')],
])('%s is noticed: the entry is built again, and a line reports it', async (_, damage) => {
  const key = freshKey();
  const build = vi.fn(async (folder: string) => writeFile(join(folder, 'large'), Buffer.alloc(1024 ** 2)));
  const printed: string[] = [];
  const ask = () => cached(kind, key, build, { print: (line) => printed.push(line) });
  await damage(await ask());
  expect(await isCached(kind, key)).toBe(false);
  expect((await stat(join(await ask(), 'large'))).size).toBe(1024 ** 2);
  expect(build).toHaveBeenCalledTimes(2);
  expect(printed).toEqual([`repaired: the cache's ${kind} was half-written or damaged; it is built again`]);
});

test('reports the remains of a killed build too', async () => {
  const key = freshKey();
  await mkdir(`${entryFolder(kind, key)}.draft-killed`, { recursive: true });
  const printed: string[] = [];
  await cached(kind, key, builder('whole'), { print: (line) => printed.push(line) });
  expect(printed).toHaveLength(1);
  expect(await readdir(dirname(entryFolder(kind, key)))).toEqual([key]);
});

test('an entry of an earlier version, whose mark is empty, is whole', async () => {
  const key = freshKey();
  await cached(kind, key, builder('content'));
  await writeFile(join(entryFolder(kind, key), '.complete'), '');
  expect(await isCached(kind, key)).toBe(true);
});
