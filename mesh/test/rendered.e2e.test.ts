import { join } from 'node:path';
import { nameOf } from '@mesh-platform/kubernetes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadEnvironment } from '../src/load/load-environment.ts';
import type { MeshObject } from '../src/object.ts';
import { connect, deleteNamespace, removeNamespace } from './support/cluster.ts';

const NAMESPACE = 'mesh-rendered';
const cluster = connect();

beforeAll(async () => {
  await removeNamespace(cluster, NAMESPACE);
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }], 'mesh-test');
});
afterAll(() => deleteNamespace(cluster, NAMESPACE));

/** The example's own namespace may be that of a platform which runs here. */
const here = (object: MeshObject): MeshObject => ({ ...object, metadata: { ...object.metadata, namespace: NAMESPACE } });

it.each(['staging', 'production'])('an API server with Istio’s webhook takes every object of the twelve services in %s', async (name) => {
  const { rendered } = await loadEnvironment(join(import.meta.dirname, '../examples/shop', `${name}.ts`));
  const objects = rendered.objects.filter(({ kind }) => kind !== 'Namespace').map(here);
  const refusals = await Promise.all(objects.map(async (object) => [nameOf(object), await cluster.dryRun(object)] as const));
  expect(refusals.filter(([, words]) => words !== undefined)).toEqual([]);
  expect(objects.length).toBeGreaterThan(100);
});

it('istiod is asked about objects without any label', async () => {
  const route = { name: 'a', retries: { attempts: 1, retryOn: 'banana' }, route: [{ destination: { host: 'a' } }] };
  const object = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'a', namespace: NAMESPACE } };
  expect(await cluster.dryRun({ ...object, spec: { hosts: ['a'], http: [route] } } as MeshObject)).toContain(
    'is not a valid retryOn policy',
  );
});
