import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { Random } from '../../test/support/random.ts';
import { differentAnswers } from '../../test/support/same-answers.ts';
import { parseObjects } from '../check/read-objects.ts';
import { allChecks, runChecks } from '../check/run-checks.ts';
import { loadEnvironment } from '../load/load-environment.ts';
import type { MeshObject } from '../object.ts';
import { render, renderYaml } from '../render/render.ts';
import { type DefinedMesh, resolveMesh } from '../topology/define-mesh.ts';
import { defineEnvironment } from '../topology/environment.ts';
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

const fixture = (name: string) =>
  parseObjects(readFileSync(new URL(`../../test/fixtures/import/${name}.yaml`, import.meta.url), 'utf8'), `${name}.yaml`);
const unreadOf = (name: string) => importTopology(fixture(name)).unread;

test.each(['library', 'greeter', 'mirror', 'echo-tcp'])(
  '%s, which others wrote, is imported, checks clean, and answers as before',
  (name) => {
    const objects = fixture(name);
    const { spec } = importTopology(objects);
    const environment = defineEnvironment({ ...resolveMesh(spec), spec } as DefinedMesh, { name: 'test', image: () => 'example.com/a:1' });
    const made = render(environment).objects;
    expect(runChecks({ objects: made, mesh: environment.mesh }, allChecks).filter(({ severity }) => severity === 'error')).toEqual([]);
    const callers = [...Object.keys(spec.services), ...(spec.gateway ? ['gateway'] : [])]; // TCP at a gateway is reported as lost
    const paths = ['/', '/page', '/static/a.css', '/statics', '/api/v1/books/1', '/hello', '/hello/1', '/%68ello', '/other'];
    expect(differentAnswers([objects, made], { callers, paths, count: 200 }, new Random(7))).toEqual([]);
  },
);

test('without a namespace objects are in default, and a service has every version that runs', () => {
  const { spec } = importTopology(fixture('library'));
  expect(spec.namespace).toBe('default');
  expect(spec.services.opinions?.versions).toEqual(['v1', 'v2', 'v3']);
  expect(spec.services.shelf?.versions).toEqual(['v1']);
  expect(spec.weights).toEqual({ opinions: { v1: 90, v3: 10 } });
  expect(importTopology(fixture('greeter')).spec.weights).toEqual({ greeter: { v1: 50, v2: 50 } });
});

test('reports each loss in a sentence, and nothing that is only spelt differently', () => {
  expect(unreadOf('library')).toEqual([
    'Deployment default/shelf-v1: it runs as library-shelf; in a topology the ServiceAccount is named shelf',
    'Deployment default/page-v1: it runs as library-page; in a topology the ServiceAccount is named page',
    ...['v1', 'v2', 'v3'].map(
      (version) =>
        `Deployment default/opinions-${version}: it runs as library-opinions; in a topology the ServiceAccount is named opinions`,
    ),
    'shelf, opinions, page: no policy names the callers: every service calls it here; remove the calls that are not needed',
    'shelf, opinions, page: requests without a timeout have one of 15s in the topology',
    "shelf, opinions, page: Istio's default retries become retries of requests that no pod has seen",
    'shelf, opinions, page: callers without a sidecar are denied: a topology requires mutual TLS',
    'shelf, opinions, page: proxies let requests to any host pass; in a topology only those to services and externals that it calls',
    'Gateway default/library-gateway: spec.servers[0].port.number is not what the topology makes of it',
    'VirtualService default/library: spec.http: a request that meets no route got 404; policies answer it with 403, or it takes the route for all',
    'DestinationRule default/shelf: spec.subsets[1] is lost: no workload runs the version v2',
    'VirtualService default/opinions: spec.http[0].match[0].headers is lost: a topology routes requests by caller, method and path',
    'VirtualService default/opinions: spec.http[0].route is lost: a topology gives all requests to opinions the same weights',
  ]);
  expect(unreadOf('mirror')).toContain(
    'Service default/mirror: its pods listen on 8080; in a topology they listen on 8000, as the Service',
  );
  expect(unreadOf('echo-tcp')).toEqual(
    expect.arrayContaining([
      'Service default/echo: port 9001 is lost: a service of a topology has one port',
      'VirtualService default/echo: a topology has no such object; keep it as it is',
      'Gateway default/echo-gateway: a topology has no such object; keep it as it is',
    ]),
  );
});

const shop = (kind: string, group: string, name: string, spec: object): MeshObject => ({
  apiVersion: `${group}.istio.io/v1`,
  kind,
  metadata: { name, namespace: 'default' },
  spec,
});

test.each<[string, MeshObject, string]>([
  [
    'a condition',
    shop('AuthorizationPolicy', 'security', 'mirror', {
      selector: { matchLabels: { app: 'mirror' } },
      rules: [{ from: [{ source: { principals: ['*/sa/mirror'] } }], when: [{ key: 'request.headers[x]', values: ['a'] }] }],
    }),
    'spec.rules[0].when: a topology allows callers by service, method and path',
  ],
  [
    'wildcard hosts outside',
    shop('ServiceEntry', 'networking', 'any', { hosts: ['*.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] }),
    'spec.hosts: an external of a topology has no wildcard hosts',
  ],
  [
    'a mirror',
    shop('VirtualService', 'networking', 'inside', {
      hosts: ['mirror'],
      http: [{ route: [{ destination: { host: 'mirror' } }], mirror: { host: 'audit' } }],
    }),
    'spec.http[0].mirror is lost: a topology has no such setting',
  ],
  [
    'another namespace',
    { ...shop('PeerAuthentication', 'security', 'default', {}), metadata: { name: 'default', namespace: 'other' } },
    'it is not in the namespace default; import its namespace as a topology of its own',
  ],
])('reports %s', (_what, object, message) => {
  expect(importTopology([...fixture('mirror'), object]).unread.join('\n')).toContain(message);
});

const gatewayPolicy = (source: object) =>
  shop('AuthorizationPolicy', 'security', 'mirror', {
    selector: { matchLabels: { app: 'mirror' } },
    rules: [{ from: [{ source }], to: [{ operation: { methods: ['GET'], paths: ['/get'] } }] }],
  });

test('a gateway that policies name in another namespace keeps its identity and its operations', () => {
  const principal = 'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account';
  const { spec } = importTopology([...fixture('mirror'), gatewayPolicy({ principals: [principal] })]);
  expect(spec.gateway).toMatchObject({
    pods: { namespace: 'istio-system', serviceAccount: 'istio-ingressgateway-service-account' },
    methods: { 'GET /get': {} },
  });
});

test('reports that a gateway may do more than before, where policies ask for something else than its identity', () => {
  expect(importTopology([...fixture('mirror'), gatewayPolicy({ requestPrincipals: ['*'] })]).unread).toEqual(
    expect.arrayContaining([
      'mirror: no policy names the gateway, which may send any request here: limit it with gateway.methods',
      'AuthorizationPolicy default/mirror: spec.rules[0].from: requestPrincipals: a topology allows callers by service, method and path',
    ]),
  );
});

test('pods without a version are reported in one sentence', () => {
  const text = JSON.stringify(fixture('mirror')).replaceAll(',"version":"v1"', '');
  expect(importTopology(JSON.parse(text) as MeshObject[]).unread).toContain(
    'mirror: pods have no label version; the topology names their version v1',
  );
});

test('reports why something is no topology yet, in place of an error', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'gateway' }, spec: { ports: [{ port: 80, name: 'http' }] } };
  expect(importTopology([service]).unread.join()).toContain("the topology is not valid yet: service 'gateway' has a name that is reserved");
  expect(importTopology([]).unread).toEqual([
    "the topology is not valid yet: the topology has no services; name at least one under 'services'",
  ]);
});
