import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Cluster } from './cluster.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-config-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A Cluster of a kubeconfig. */
async function clusterAt(cluster: object): Promise<Cluster> {
  const file = join(folder, 'kubeconfig');
  const context = { name: 'local', context: { cluster: 'local', user: 'admin' } };
  const clusters = [{ name: 'local', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }];
  await writeFile(file, JSON.stringify({ clusters, contexts: [context], users: [{ name: 'admin' }], 'current-context': 'local' }));
  return Cluster.fromKubeconfig(file);
}

/** How a Cluster connects to its API server. */
async function connectOptions(cluster: object): Promise<unknown> {
  const { config } = await clusterAt(cluster);
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

/** A Cluster, and the number of connections that its API server has accepted. */
async function counted() {
  let accepted = 0;
  const server = createServer((_request, response) => response.end('{}')).on('connection', () => accepted++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { cluster: await clusterAt({ server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }), accepted: () => accepted };
}

test('keeps its connections from one request to the next', async () => {
  const { cluster, accepted } = await counted();
  for (let request = 0; request < 10; request++) await cluster.getText('/version');
  expect(accepted()).toBeLessThanOrEqual(2); // the next request may begin before the last one has left its connection
});

test('opens another connection for a client certificate that was renewed', async () => {
  const { cluster, accepted } = await counted();
  for (let request = 0; request < 10; request++) await cluster.getText('/version');
  const before = accepted();
  cluster.config.users = [{ name: 'admin', certData: Buffer.from('renewed').toString('base64') }];
  await cluster.getText('/version');
  expect(accepted()).toBe(before + 1);
});
