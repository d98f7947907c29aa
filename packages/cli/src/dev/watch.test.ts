import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { waitFor } from '@mesh-platform/targets';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { watchFolder } from './watch.ts';

let root = '';
let reported: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mesh-platform-watch-'));
  await mkdir(join(root, 'src/deep'), { recursive: true });
  await mkdir(join(root, 'dist'));
  await writeFile(join(root, 'src/deep/a.ts'), '1');
  reported = [];
  const ended = new AbortController();
  await watchFolder(root, ended.signal, (paths) => reported.push(...[...paths].map((path) => relative(root, path))));
  onTestFinished(async () => {
    ended.abort();
    await rm(root, { recursive: true });
  });
});

const isReported = (path: string) => waitFor(path, () => (reported.includes(path) ? true : undefined), { timeout: 5_000, every: 10 });
async function reportsAgain(path: string, work: () => Promise<void>): Promise<void> {
  reported = [];
  await work();
  await isReported(path);
}

test('reports each write of a file', async () => {
  for (const text of ['2', '3']) await reportsAgain('src/deep/a.ts', () => writeFile(join(root, 'src/deep/a.ts'), text));
});

test('reports each file that an editor replaces by a rename', async () => {
  for (const text of ['2', '3'])
    await reportsAgain('src/deep/a.ts', async () => {
      await writeFile(join(root, 'src/deep/a.ts~'), text);
      await rename(join(root, 'src/deep/a.ts~'), join(root, 'src/deep/a.ts'));
    });
});

test('reports a deleted file', async () => {
  await reportsAgain('src/deep/a.ts', () => rm(join(root, 'src/deep/a.ts')));
});

test('reports a file in a new folder, also in one that was deleted and created again', async () => {
  for (let time = 0; time < 2; time++) {
    await reportsAgain('src/new/b.ts', async () => {
      await mkdir(join(root, 'src/new'));
      await writeFile(join(root, 'src/new/b.ts'), '1');
    });
    await reportsAgain('src/new/b.ts', () => writeFile(join(root, 'src/new/b.ts'), '2'));
    await reportsAgain('src/new', () => rm(join(root, 'src/new'), { recursive: true }));
  }
});

test('does not report the output of a compiler', async () => {
  await writeFile(join(root, 'dist/a.js'), '1');
  await reportsAgain('src/last.ts', () => writeFile(join(root, 'src/last.ts'), '1'));
  expect(reported.filter((path) => path.startsWith('dist/'))).toEqual([]);
});
