import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { skaffoldEnvironment } from './skaffold-environment.ts';

vi.mock('@mesh-platform/targets', async (original) => ({
  ...(await original<typeof import('@mesh-platform/targets')>()),
  tool: async (name: string) => `/programs/of-${name}/${name}`,
}));

beforeEach(async () => {
  const state = await mkdtemp(join(tmpdir(), 'mesh-platform-skaffold-'));
  vi.stubEnv('XDG_STATE_HOME', state);
  vi.stubEnv('PATH', '/usr/bin');
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(state, { recursive: true });
  });
});

test.each([
  { name: 'kind', programs: ['/programs/of-kubectl', '/programs/of-kind'] },
  { name: 'context:kind-mine', programs: ['/programs/of-kubectl', '/programs/of-kind'] },
  { name: 'context:kindness', programs: ['/programs/of-kubectl'] },
  { name: 'embedded', programs: ['/programs/of-kubectl'] },
])('on $name skaffold finds the programs that it starts', async ({ name, programs }) => {
  const { PATH } = await skaffoldEnvironment({ name, registry: undefined }, silent);
  expect(PATH?.split(delimiter)).toEqual([...programs, '/usr/bin']);
});

test('a variable of the user’s goes before the profile of a target with a registry', async () => {
  const target = { name: 'embedded', registry: '127.0.0.1:5080' };
  expect(await skaffoldEnvironment(target, silent)).toMatchObject({
    SKAFFOLD_PROFILE: 'embedded',
    SKAFFOLD_DEFAULT_REPO: '127.0.0.1:5080',
  });
  vi.stubEnv('SKAFFOLD_PROFILE', 'mine');
  expect(await skaffoldEnvironment(target, silent)).toMatchObject({ SKAFFOLD_PROFILE: 'mine', SKAFFOLD_DEFAULT_REPO: '127.0.0.1:5080' });
});
