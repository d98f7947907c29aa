import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { loadEnvironment } from '../load/load-environment.ts';
import type { MeshObject } from '../object.ts';
import { render, renderYaml } from '../render/render.ts';
import { resolveMesh } from '../topology/define-mesh.ts';
import { importTopology } from './import-topology.ts';
import { topologySource } from './topology-source.ts';

const examples = join(import.meta.dirname, '../../examples/shop');
const load = (name: string) => loadEnvironment(join(examples, `${name}.ts`));
const objectsOf = (yaml: ReadonlyMap<string, string>) => [...yaml.values()].flatMap((text) => loadAll(text) as MeshObject[]);

test('what is rendered of the twelve services comes back equal', async () => {
  const { environment, rendered } = await load('staging');
  const { spec, unread } = importTopology(objectsOf(renderYaml(rendered)));
  expect(unread).toEqual([]);
  expect(renderYaml(render({ ...environment, mesh: resolveMesh(spec) }))).toEqual(renderYaml(render(environment)));
});

test('where a database lies outside, it comes back as an external', async () => {
  const { environment, rendered } = await load('production');
  const { spec } = importTopology(objectsOf(renderYaml(rendered)));
  expect(spec.externals).toMatchObject({ postgres: { hosts: ['shop.database.example'], port: 5432, protocol: 'tcp' } });
  expect(renderYaml(render({ ...environment, mesh: resolveMesh(spec) }))).toEqual(renderYaml(rendered));
});

test('imports a topology from only Istio’s objects', async () => {
  const { rendered } = await load('staging');
  const { spec } = importTopology(rendered.files.get('policies.yaml') ?? []);
  expect(Object.keys(spec.services)).toHaveLength(12);
  expect(spec.services.checkout?.calls).toHaveProperty('payments');
  expect(spec.weights).toEqual({
    storefront: { v1: 50, v2: 50 },
    catalog: { v1: 80, v2: 20 },
    orders: { v1: 0, v2: 100 },
    redis: { v1: 100, v2: 0 },
  });
});

test('its source is what was written', async () => {
  const { rendered } = await load('staging');
  const { spec } = importTopology(rendered.objects);
  const source = topologySource(spec);
  expect(source).toMatch(/^import \{ defineMesh \} from '@mesh-platform\/mesh';\n\nexport default defineMesh\(\{\n {2}name: 'shop',/);
  expect(source).toContain("'shop.orders.v1.Orders/Create'");
  const read = new Function(`return (${source.slice(source.indexOf('({') + 1, source.lastIndexOf(')'))})`)() as unknown;
  expect(read).toEqual(spec);
});

const object = (apiVersion: string, kind: string, name: string, spec: object): MeshObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'n' },
  spec,
});

test.each<[string, MeshObject, string]>([
  ['a filter of Envoy’s', object('networking.istio.io/v1alpha3', 'EnvoyFilter', 'f', {}), 'EnvoyFilter n/f: a topology has no such object'],
  [
    'a fault in a route',
    object('networking.istio.io/v1', 'VirtualService', 'a', {
      hosts: ['a.n.svc.cluster.local'],
      http: [
        { name: 'a', fault: { abort: { httpStatus: 500 } }, timeout: '2s', route: [{ destination: { host: 'a.n.svc.cluster.local' } }] },
      ],
    }),
    'VirtualService n/a',
  ],
  [
    'a rule that denies',
    object('security.istio.io/v1', 'AuthorizationPolicy', 'a', { action: 'DENY', selector: { matchLabels: { app: 'a' } } }),
    'AuthorizationPolicy n/a',
  ],
  [
    'plain text',
    object('security.istio.io/v1', 'PeerAuthentication', 'default', { mtls: { mode: 'PERMISSIVE' } }),
    'spec.mtls.mode is not what the topology makes of it',
  ],
])('reports %s, which a topology cannot express', (_what, strange, message) => {
  const service: MeshObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a', namespace: 'n' },
    spec: { ports: [{ name: 'http', port: 80 }] },
  };
  expect(importTopology([service, strange]).unread.join('\n')).toContain(message);
});
