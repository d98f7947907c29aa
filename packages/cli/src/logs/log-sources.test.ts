import type { Cluster, Pod } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { NAMESPACE } from '../services/topology.ts';
import { logSources, requireKnown, sourcesNamed } from './log-sources.ts';

const pod = (namespace: string, app: string): Pod =>
  ({
    metadata: { name: `${app}-1`, namespace, labels: { app, version: 'v1' } },
    spec: { containers: [{ name: app }], initContainers: [{ name: 'istio-proxy' }] },
  }) as unknown as Pod;
const pods = [pod(NAMESPACE, 'web'), pod(NAMESPACE, 'core'), pod(NAMESPACE, 'preview'), pod('istio-system', 'istiod')];
const cluster = {
  list: async (_version: string, _kind: string, namespace: string) => pods.filter(({ metadata }) => metadata?.namespace === namespace),
} as unknown as Cluster;

const containersOf = (services: readonly string[], all: Awaited<ReturnType<typeof logSources>>) =>
  sourcesNamed(all, services).map(({ pod: name, container }) => `${name} ${container}`);

test('finds the containers of each service that is named, of Istio too', async () => {
  const all = await logSources(cluster);
  const two = ['web-1 web', 'web-1 istio-proxy', 'core-1 core', 'core-1 istio-proxy'];
  expect(containersOf(['core', 'web'], all).toSorted()).toEqual(two.toSorted());
  expect(containersOf(['istiod'], all)).toContain('istiod-1 istiod');
});

test('finds every service of the platform where none is named, and nothing of Istio', async () => {
  const all = await logSources(cluster);
  expect(new Set(sourcesNamed(all, []).map(({ writer }) => writer.service))).toEqual(new Set(['web', 'core', 'preview']));
});

test('rejects each name without a pod, and lists those that have one', async () => {
  const all = await logSources(cluster);
  expect(() => requireKnown(all, ['web', 'core'])).not.toThrow();
  expect(() => requireKnown(all, ['web', 'cart', 'users'])).toThrow("there is no pod of 'cart', 'users'");
  expect(() => requireKnown(all, ['cart'])).toThrow(expect.objectContaining({ hint: 'name one of: core, istiod, preview, web' }));
  expect(() => requireKnown([], [])).toThrow(`there is no pod of '${NAMESPACE}'`);
});
