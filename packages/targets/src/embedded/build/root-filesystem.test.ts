import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { basePackages, cniPackages } from '../../pins.ts';
import { baseArchive, cachedDebianAge, debianRefresh, nodeRoot, refreshDebian } from './root-filesystem.ts';

// What mmdebstrap would write; to run it takes a minute and the network.
const { bootstrapped, state } = vi.hoisted(() => ({ bootstrapped: [] as string[], state: { reachable: true } }));
vi.mock('./host-packages.ts', () => ({ ensureHostPackages: async () => {} }));
vi.mock('../../process/fetched.ts', async (original) => ({
  ...(await original<typeof import('../../process/fetched.ts')>()),
  fetched: ({ attempt }: { attempt: () => Promise<unknown> }) => attempt(),
}));
vi.mock('../../process/run.ts', async (original) => ({
  ...(await original<typeof import('../../process/run.ts')>()),
  run: async (_command: string, args: readonly string[]) => {
    const output = args.at(-1) ?? '';
    if (!state.reachable && output.endsWith('base.tar')) throw new Error('no network');
    bootstrapped.push(output);
    const file = output.endsWith('.tar') ? output : join(output, 'var/lib/dpkg/status');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
  },
}));

beforeEach(async () => {
  const cache = await mkdtemp(join(tmpdir(), 'mesh-platform-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  bootstrapped.length = 0;
  state.reachable = true;
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true, force: true });
  });
});

const parts = async () =>
  [await nodeRoot(silent), await baseArchive(basePackages, silent), await baseArchive(cniPackages, silent)] as const;

test('a refresh makes new entries, which the next start takes, and leaves those that may run', async () => {
  const before = await parts();
  await refreshDebian(silent, '2026-01-01T00:00:00.000Z');
  const after = await parts();
  expect(bootstrapped).toHaveLength(6);
  for (const path of before) expect(after).not.toContain(path);
  for (const path of [...before, ...after]) expect(await readdir(dirname(path))).not.toEqual([]);
  expect(await debianRefresh()).toBe('2026-01-01T00:00:00.000Z');
});

test('a refresh that fails half way changes nothing for the next start, which needs no network', async () => {
  const before = await parts();
  state.reachable = false;
  await expect(refreshDebian(silent, '2026-01-01T00:00:00.000Z')).rejects.toThrow('no network');
  expect(await parts()).toEqual(before);
  expect(bootstrapped).toHaveLength(4);
});

test('the age is known once both parts are cached', async () => {
  expect(await cachedDebianAge()).toBeUndefined();
  await parts();
  expect(await cachedDebianAge()).toMatchObject({ days: 0, stale: false });
});
