import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dockerBuild } from './docker.ts';

test('without an engine builds no image, and gives a hint', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-docker-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // A stand-in for the command line, which is there without its engine too.
  await writeFile(join(folder, 'docker'), '#!/bin/sh\necho "Cannot connect to the Docker daemon" >&2\nexit 1\n', { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  const stage = vi.fn(async () => {});
  await expect(dockerBuild({ dockerfile: 'FROM x', stage }, 'web:try')).rejects.toMatchObject({
    message: expect.stringContaining('Docker builds no image: docker ended with status 1: Cannot connect to the Docker daemon'),
    hint: expect.stringContaining('start its engine'),
  });
  expect(stage).not.toHaveBeenCalled();
});
