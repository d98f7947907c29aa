import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { withLock } from '../process/lock.ts';
import { cached, entryFolder, entryLock } from './cache.ts';
import { pruneCache } from './prune.ts';

const { runFolder } = vi.hoisted(() => ({ runFolder: `${process.env.TMPDIR ?? '/tmp'}/mesh-platform-prune-${process.pid}` }));
vi.mock('../places.ts', async (original) => ({ ...(await original<typeof import('../places.ts')>()), runFolder }));
afterAll(() => rm(runFolder, { recursive: true, force: true }));

const DAY = 24 * 60 * 60_000;
const unique = `${process.pid}`;

beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), 'mesh-platform-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });
});

/** An entry that was last asked for so many days ago. */
async function entry(kind: string, name: string, days: number): Promise<string> {
  const folder = await cached(kind, `${name}-${unique}`, (draft) => writeFile(join(draft, 'file'), ''));
  const then = new Date(Date.now() - days * DAY);
  await utimes(join(folder, '.complete'), then, then);
  return folder;
}

test.each(['programs', 'prebuilt', 'node-root', 'base-archive', 'image-stores', 'image-deps', 'images/web-v1'])(
  'of %s, what nothing has asked for in a week is deleted, and the rest is kept',
  async (kind) => {
    const [old, recent] = [await entry(kind, 'old', 8), await entry(kind, 'recent', 6)];
    expect(await pruneCache()).toEqual([{ kind, name: `old-${unique}` }]);
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
  },
);

test('an old entry that is asked for again is recent', async () => {
  const folder = await entry('programs', 'again', 8);
  await cached('programs', `again-${unique}`, () => Promise.reject(new Error('it is there')));
  expect(await pruneCache()).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});

test('what a running node has mounted is kept, however old', async () => {
  const [programs, root] = [await entry('programs', 'mounted', 30), await entry('node-root', 'mounted', 30)];
  await mkdir(join(runFolder, 'a'), { recursive: true });
  await writeFile(join(runFolder, 'a/plan.json'), JSON.stringify({ binaries: programs, root: join(root, 'root') }));
  onTestFinished(() => rm(join(runFolder, 'a'), { recursive: true }));
  expect(await pruneCache()).toEqual([]);
});

test('the draft of a killed build is deleted, and one that is being built is not', async () => {
  const [dead, alive] = ['dead', 'alive'].map((name) => `${name}-${unique}`);
  for (const key of [dead, alive]) await mkdir(`${entryFolder('programs', key ?? '')}.draft-x`, { recursive: true });
  await withLock(entryLock('programs', alive ?? ''), { timeout: 1_000 }, async () => {
    expect(await pruneCache()).toEqual([{ kind: 'programs', name: `${dead}.draft-x` }]);
  });
});

test('keeps files that are no entry of the cache, and accepts a missing cache', async () => {
  expect(await pruneCache()).toEqual([]);
  await entry('go', 'old', 30);
  expect(await pruneCache()).toEqual([]);
});
