import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { installedTool } from './installed-tool.ts';

/** What is found of a tool on PATH that prints this, where 2.16.1 is pinned; `here` is its path. */
async function found(script: string): Promise<'here' | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-tool-'));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  await writeFile(join(folder, 'forge'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  const path = await installedTool('forge', { arguments: ['version'], pinned: '2.16.1' });
  return path === join(folder, 'forge') ? 'here' : undefined;
}

test.each(['v2.16.1', 'forge v2.17.0 go1.24.1 linux/amd64', '2.16.2'])(
  'a tool that reports %s is as good as the pinned 2.16.1',
  async (version) => {
    expect(await found(`[ "$1" = version ] && echo '${version}'`)).toBe('here');
  },
);

test.each(['v2.16.0', 'v2.15.9', 'v3.0.0', 'v1.99.0', 'unknown'])('a tool that reports %s is not taken for 2.16.1', async (version) => {
  expect(await found(`echo '${version}'`)).toBeUndefined();
});

test('a tool that is missing, or that fails, is not taken', async () => {
  expect(await installedTool('no-such-forge', { arguments: [], pinned: '2.16.1' })).toBeUndefined();
  expect(await found('exit 1')).toBeUndefined();
});
