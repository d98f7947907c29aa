import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Cluster } from './cluster.ts';

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'p' } };
const kinds = { kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] };

/** A connection to an API server that answers each apply with the next status, and the applies that it got. */
async function answering(...statuses: readonly number[]) {
  const left = [...statuses];
  const applied: string[] = [];
  const server = createServer((request, response) => {
    const isApply = request.method === 'PATCH';
    if (isApply) applied.push(request.url ?? '');
    const status = (isApply && left.shift()) || 200;
    const failure = { kind: 'Status', message: `because ${status}` };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(!isApply ? kinds : status === 200 ? object : failure));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [
      { name: 'c', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(join(folder, 'config'), JSON.stringify(config));
  return { cluster: Cluster.fromKubeconfig(join(folder, 'config')), applied };
}

test('applies again what a slow API server did not complete', async () => {
  const { cluster, applied } = await answering(504, 429);
  expect(await cluster.applyOne(object, 'mesh')).toMatchObject(object);
  expect(applied).toHaveLength(3);
});

test('applies once what the API server refuses, and names the refusal', async () => {
  const { cluster, applied } = await answering(422);
  await expect(cluster.applyOne(object, 'mesh')).rejects.toThrow('ConfigMap p/a was refused: because 422');
  expect(applied).toHaveLength(1);
});

test('does not call a slow API server a refusal', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '0.1');
  const { cluster } = await answering(...Array.from({ length: 100 }, () => 504));
  await expect(cluster.applyOne(object, 'mesh')).rejects.toThrow(
    'apply ConfigMap p/a: the API server is too slow or too busy: because 504',
  );
}, 15_000);
