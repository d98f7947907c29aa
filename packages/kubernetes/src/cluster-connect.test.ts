import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Cluster } from './cluster.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-config-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

/** How a Cluster connects to the API server of a kubeconfig. */
async function connectOptions(cluster: object): Promise<unknown> {
  const file = join(folder, 'kubeconfig');
  const context = { name: 'local', context: { cluster: 'local', user: 'admin' } };
  const clusters = [{ name: 'local', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }];
  await writeFile(file, JSON.stringify({ clusters, contexts: [context], users: [{ name: 'admin' }], 'current-context': 'local' }));
  const { config } = Cluster.fromKubeconfig(file);
  const options = config.createDispatcherOptions(config.getCurrentCluster(), { ca: 'certificate' });
  return 'connect' in options ? options.connect : undefined;
}

test.each([
  ['1', 10_000],
  ['40', 400_000],
])('multiplies the time to connect to the API server with a factor of %s', async (factor, timeout) => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', factor);
  expect(await connectOptions({})).toMatchObject({ ca: 'certificate', keepAlive: true, timeout });
});

test('leaves the connection to a proxy as the client makes it', async () => {
  expect(await connectOptions({ 'proxy-url': 'http://127.0.0.1:3128' })).toEqual({ keepAlive: true, keepAliveInitialDelay: 30_000 });
});
