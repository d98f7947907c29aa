import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Cluster } from './cluster.ts';

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'p' } };
const policy = {
  ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  metadata: { name: 'a', namespace: 'p', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { ingress: [{ from: [{ podSelector: {} }] }] },
};
const resources = [object, policy].map(({ kind }) => ({ name: `${kind.toLowerCase()}s`, kind, namespaced: true }));
const kinds = { kind: 'APIResourceList', groupVersion: 'v1', resources };

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
    const made = request.url?.includes('networkpolicys') ? policy : object;
    response.end(JSON.stringify(!isApply ? kinds : status === 200 ? made : failure));
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

test('gives an object as the API server wrote it: no field is renamed, and a time is text', async () => {
  const { cluster } = await answering();
  expect(await cluster.applyOne(policy as unknown as KubernetesObject, 'mesh')).toEqual(policy); // the client's type has a Date
});
