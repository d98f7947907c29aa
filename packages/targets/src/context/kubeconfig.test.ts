import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { kubeconfigOfContext } from './kubeconfig.ts';

const arn = 'arn:aws:eks:eu-central-1:1:cluster/documents';
const named = (name: string) => ({
  cluster: { name: `cluster of ${name}`, cluster: { server: `https://${encodeURIComponent(name)}` } },
  user: { name: `user of ${name}`, user: { token: `token of ${name}` } },
  context: { name, context: { cluster: `cluster of ${name}`, user: `user of ${name}` } },
});

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-contexts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const all = ['kind-a', arn].map(named);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kind-a',
    clusters: all.map(({ cluster }) => cluster),
    users: all.map(({ user }) => user),
    contexts: all.map(({ context }) => context),
  };
  await writeFile(join(folder, 'config'), JSON.stringify(config));
  vi.stubEnv('KUBECONFIG', join(folder, 'config'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
});

test('one context alone is taken out, as the current one, where its owner alone can read it', async () => {
  const file = await kubeconfigOfContext(arn);
  const text = await readFile(file, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ 'current-context': arn, contexts: [{ name: arn }], users: [{ name: `user of ${arn}` }] });
  expect(text).not.toContain('kind-a');
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a context that is not there is a mistake of usage, which names those that are', async () => {
  const asked = kubeconfigOfContext('nosuch');
  await expect(asked).rejects.toThrow("the kubeconfig has no context 'nosuch'");
  await expect(asked).rejects.toMatchObject({ cure: `name one of: kind-a, ${arn}` });
  await expect(asked).rejects.toBeInstanceOf(UsageError);
});
