import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { waitFor } from '@mesh-platform/targets';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { watchFolder } from './watch.ts';

let root = '';
let told: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mesh-platform-watch-'));
  await mkdir(join(root, 'src/deep'), { recursive: true });
  await mkdir(join(root, 'dist'));
  await writeFile(join(root, 'src/deep/a.ts'), '1');
  told = [];
  const ended = new AbortController();
  await watchFolder(root, ended.signal, (paths) => told.push(...[...paths].map((path) => relative(root, path))));
  onTestFinished(async () => {
    ended.abort();
    await rm(root, { recursive: true });
  });
});

const tells = (path: string) => waitFor(path, () => (told.includes(path) ? true : undefined), { timeout: 5_000, every: 10 });
async function reportsAgain(path: string, work: () => Promise<void>): Promise<void> {
  told = [];
  await work();
  await tells(path);
}

test('a file that is written is told, each time', async () => {
  for (const text of ['2', '3']) await reportsAgain('src/deep/a.ts', () => writeFile(join(root, 'src/deep/a.ts'), text));
});

test('a file that an editor puts in the place of another is told, each time', async () => {
  for (const text of ['2', '3'])
    await reportsAgain('src/deep/a.ts', async () => {
      await writeFile(join(root, 'src/deep/a.ts~'), text);
      await rename(join(root, 'src/deep/a.ts~'), join(root, 'src/deep/a.ts'));
    });
});

test('a file that is deleted is told', async () => {
  await reportsAgain('src/deep/a.ts', () => rm(join(root, 'src/deep/a.ts')));
});

test('a file in a new folder is told, also where the folder was there before and was deleted', async () => {
  for (let time = 0; time < 2; time++) {
    await reportsAgain('src/new/b.ts', async () => {
      await mkdir(join(root, 'src/new'));
      await writeFile(join(root, 'src/new/b.ts'), '1');
    });
    await reportsAgain('src/new/b.ts', () => writeFile(join(root, 'src/new/b.ts'), '2'));
    await reportsAgain('src/new', () => rm(join(root, 'src/new'), { recursive: true }));
  }
});

test('what a compiler writes is not told', async () => {
  await writeFile(join(root, 'dist/a.js'), '1');
  await reportsAgain('src/last.ts', () => writeFile(join(root, 'src/last.ts'), '1'));
  expect(told.filter((path) => path.startsWith('dist/'))).toEqual([]);
});
