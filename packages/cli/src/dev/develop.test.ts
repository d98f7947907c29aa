import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { run } from '@mesh-platform/targets';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CommandContext } from '../commands/context.ts';
import { develop } from './develop.ts';

test('the first dev reports what it builds, and for how many minutes, before it changes the target', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-dev-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  vi.stubEnv('XDG_CACHE_HOME', folder);
  await symlink((await run('which', ['flock'], { timeout: 5_000 })).trim(), join(folder, 'flock'));
  vi.stubEnv('PATH', folder); // neither skaffold nor Python: the build fails after its announcement
  const print = vi.fn();
  const withLock = vi.fn();
  const target = { environment: async () => 'local', find: async () => undefined, withLock };
  const context = { target, progress: { ...silent, print }, options: [] } as unknown as CommandContext;
  await expect(develop({ images: false }, context)).rejects.toThrow('Python cannot make a virtual environment');
  expect(print).toHaveBeenCalledWith(expect.stringMatching(/^skaffold is built from source, once: about \d+ minutes/));
  expect(withLock).not.toHaveBeenCalled();
});
