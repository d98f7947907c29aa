import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Cluster } from './cluster.ts';

const pod = (name: string) => ({ metadata: { name, namespace: 'p', uid: `uid of ${name}` } });
const event = (type: string, object: object) => `${JSON.stringify({ type, object: { kind: 'Pod', ...object } })}\n`;

interface Script {
  /** What a list has, each time that it is asked for; undefined where the server does not answer then. */
  readonly lists: (readonly object[] | undefined)[];
  /** The events of the watch after the list of that number, and whether the watch ends. */
  readonly watches: (readonly string[])[];
}

/** An API server that follows a script, and a connection to it. */
async function scripted({ lists, watches }: Script): Promise<{ readonly cluster: Cluster; readonly asked: string[] }> {
  const asked: string[] = [];
  const open: ServerResponse[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    if (pathname === '/api/v1') {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ resources: [{ name: 'pods', namespaced: true, kind: 'Pod' }] }));
      return;
    }
    asked.push(searchParams.has('watch') ? `watch from ${searchParams.get('resourceVersion')}` : 'list');
    if (searchParams.has('watch')) {
      open.push(response);
      response.writeHead(200, { 'content-type': 'application/json' }).write((watches.shift() ?? []).join(''));
      if (watches.length > 0) response.end();
      return;
    }
    const items = lists.shift();
    if (!items) request.socket.destroy();
    else response.end(JSON.stringify({ apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: `${lists.length}` }, items }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  onTestFinished(async () => {
    for (const response of open) response.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(join(folder, 'config'), JSON.stringify(config));
  return { cluster: Cluster.fromKubeconfig(join(folder, 'config')), asked };
}

const soon = () => AbortSignal.timeout(4_000);
const path = '/api/v1/namespaces/p/pods';
const names = (objects: readonly { readonly kind?: string; readonly metadata?: { readonly name?: string } }[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`).join(', ');

test('what is there already settles without a watch', async () => {
  const { cluster, asked } = await scripted({ lists: [[pod('a'), pod('b')]], watches: [] });
  expect(await cluster.watchUntil(path, soon(), names)).toBe('Pod a, Pod b');
  expect(asked).toEqual(['list']);
});

test('a collection is never shown before all of it is known', async () => {
  const { cluster, asked } = await scripted({
    lists: [[pod('a'), pod('b')]],
    watches: [[event('DELETED', pod('a')), event('DELETED', pod('b'))]],
  });
  const seen: string[] = [];
  const gone = await cluster.watchUntil(path, soon(), (objects) => {
    seen.push(names(objects));
    return objects.length === 0 ? 'gone' : undefined;
  });
  expect(gone).toBe('gone');
  expect(seen).toEqual(['Pod a, Pod b', 'Pod b', '']);
  expect(asked).toEqual(['list', 'watch from 0']);
});

test('it lists again after a watch ends, after the server expires the resource version, and after no answer', async () => {
  const forgotten = event('ERROR', { kind: 'Status', message: 'too old resource version' });
  const { cluster } = await scripted({
    lists: [[pod('a')], undefined, [pod('b')], [pod('c')]],
    watches: [[], [forgotten], [event('ADDED', pod('d'))]],
  });
  const seen: string[] = [];
  await cluster.watchUntil(path, soon(), (objects) => {
    seen.push(names(objects));
    return objects.length === 2 ? true : undefined;
  });
  expect(seen).toEqual(['Pod a', 'Pod b', 'Pod c', 'Pod c, Pod d']);
});

test('it ends with its signal', async () => {
  const { cluster } = await scripted({ lists: [[pod('a')]], watches: [[]] });
  await expect(cluster.watchUntil(path, AbortSignal.timeout(200), () => undefined)).rejects.toThrow(`watch ${path}: ended`);
});

test('waits for the removal of the object of one uid, whatever else has its name', async () => {
  const { cluster, asked } = await scripted({
    lists: [[pod('a')]],
    watches: [[event('DELETED', pod('b')), event('ADDED', { metadata: { name: 'a', uid: 'another' } }), event('DELETED', pod('a'))]],
  });
  await cluster.untilDeleted({ apiVersion: 'v1', kind: 'Pod', ...pod('a') }, soon());
  expect(asked).toEqual(['list', 'watch from 0']);
});

test('ends the wait for a removal with the reason of its signal, without asking again and again', async () => {
  const { cluster, asked } = await scripted({ lists: [[pod('a')]], watches: [[]] });
  const waiting = cluster.untilDeleted({ apiVersion: 'v1', kind: 'Pod', ...pod('a') }, AbortSignal.timeout(200));
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(asked).toEqual(['list', 'watch from 0']);
});
