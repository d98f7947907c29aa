import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { entriesUsedSince } from './home-disk.ts';

it('takes the entries of the cache that were used since a time, and no disk of its own', async () => {
  const home = await mkdtemp(join(tmpdir(), 'mesh-platform-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  vi.stubEnv('XDG_CACHE_HOME', home);
  for (const [entry, second] of [
    ['programs/a', 9],
    ['programs/b', 10],
    ['images/core/c', 11],
    ['images/core/d', 1],
    ['vm-system/e', 12],
  ] as const) {
    // biome-ignore format: pairs
    const mark = join(home, 'mesh-platform', entry, '.complete');
    await mkdir(join(mark, '..'), { recursive: true });
    await writeFile(mark, '');
    await utimes(mark, second, second);
  }
  await mkdir(join(home, 'mesh-platform/programs/draft'));
  expect((await entriesUsedSince(10_000)).toSorted()).toEqual(['images/core/c', 'programs/b']);
});
