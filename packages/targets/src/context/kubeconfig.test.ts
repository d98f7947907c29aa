import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

test('copies only one context, as the current one, to a file that only its owner can read', async () => {
  const file = await kubeconfigOfContext(arn);
  const text = await readFile(file, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ 'current-context': arn, contexts: [{ name: arn }], users: [{ name: `user of ${arn}` }] });
  expect(text).not.toContain('kind-a');
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a context that is not there is a mistake of usage, which names those that are', async () => {
  const asked = kubeconfigOfContext('nosuch');
  await expect(asked).rejects.toThrow("the kubeconfig has no context 'nosuch'");
  await expect(asked).rejects.toMatchObject({ hint: `name one of: kind-a, ${arn}` });
  await expect(asked).rejects.toBeInstanceOf(UsageError);
});

const secret = 'c2VjcmV0LXRva2Vu';
test.each([
  ['is empty', '', 'it is no mapping'],
  ['is not YAML', `users:\n- user: { token: ${secret}\n`, 'line 3 is not YAML'],
  ['names an alias that is not there', `users:\n- user: { token: *${secret} }\n`, 'line 2 is not YAML'],
  ['has a context without a name', 'contexts: [{}]\n', 'contexts[0].name is missing'],
  ['has a server that is a number', 'clusters: [{ name: a, cluster: { server: 1 } }]\n', 'one of its fields has the wrong type'],
  ['has aliases without end', 'contexts: &a [*a]\n', 'it is nested deeper than 100 levels, with its aliases written out'],
  [
    'has aliases that multiply',
    `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`)}]\n`).join('')}`,
    'it has more than 100000 values, with its aliases written out',
  ],
])('a kubeconfig that %s is refused by its name, without its secrets', async (_what, text, reason) => {
  const file = process.env.KUBECONFIG ?? '';
  await writeFile(file, text);
  const error: unknown = await kubeconfigOfContext('kind-a').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toBe(`the kubeconfig ${file} cannot be read: ${reason}`);
  expect(JSON.stringify([String(error), String((error as UsageError).cause)])).not.toContain(secret);
});

test('a kubeconfig that is not there is refused by its name', async () => {
  await rm(process.env.KUBECONFIG ?? '');
  await expect(kubeconfigOfContext('kind-a')).rejects.toThrow(`the kubeconfig ${process.env.KUBECONFIG} cannot be read: ENOENT`);
});

test.each(['.', '..', '../../x', 'x'.repeat(300)])('a context named %s gets a folder of its own among those of contexts', async (name) => {
  const one = named(name);
  const config = { clusters: [one.cluster], users: [one.user], contexts: [one.context] };
  await writeFile(process.env.KUBECONFIG ?? '', JSON.stringify(config));
  const folder = dirname(await kubeconfigOfContext(name));
  expect(dirname(folder)).toBe(join(process.env.XDG_STATE_HOME ?? '', 'mesh-platform', '.contexts'));
});
