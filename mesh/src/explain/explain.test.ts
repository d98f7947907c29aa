import { PlatformError } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import type { MeshObject } from '../checks/check.ts';
import { parseObjects } from '../checks/read-objects.ts';
import { explain } from './explain.ts';
import type { ExplainRequest } from './explanation.ts';

const workload = (name: string, version: string, port: number, replicas = 1) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-${version}, namespace: shop }
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: ${name}, version: ${version} } }
    spec: { serviceAccountName: ${name}, containers: [{ name: ${name}, ports: [{ name: main, containerPort: ${port} }] }] }
---`;
const service = (name: string, portName: string, port: number, target: number) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: ${portName}, port: ${port}, targetPort: ${target} }] }
---`;
const istio = (kind: string, name: string, spec: string, group = 'networking') =>
  `\napiVersion: ${group}.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n---`;
const policy = (name: string, spec: string) => istio('AuthorizationPolicy', name, spec, 'security');
const sa = (name: string) => `cluster.local/ns/shop/sa/${name}`;

const pods = [
  service('front', 'http', 80, 8080),
  workload('front', 'v1', 8080),
  service('orders', 'http', 80, 8080),
  workload('orders', 'v1', 8080, 3),
  workload('orders', 'v2', 8080, 1),
  service('ledger', 'grpc', 9090, 9090),
  workload('ledger', 'v1', 9090),
  service('db', 'tcp-db', 5432, 5432),
  workload('db', 'v1', 5432),
].join('');
const subsets = istio(
  'DestinationRule',
  'orders',
  '{ host: orders, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }',
);
const registryOnly = istio('Sidecar', 'default', '{ outboundTrafficPolicy: { mode: REGISTRY_ONLY }, egress: [{ hosts: ["./*"] }] }');

const objects = (...more: readonly string[]): readonly MeshObject[] => parseObjects([pods, ...more].join(''), 'shop.yaml');
const ask = (more: readonly string[], wanted: Partial<ExplainRequest> = {}) =>
  explain(objects(...more), { from: 'front', to: 'orders', ...wanted });

test('without any policy everything is admitted, to every version by the number of its pods, with the retries of Istio itself', () => {
  expect(ask([])).toEqual({
    from: 'front',
    to: 'orders.shop.svc.cluster.local',
    port: 80,
    protocol: 'http',
    request: 'GET /',
    allowed: 'yes',
    why: 'no policy of the callee refuses anybody',
    targets: [
      { host: 'orders.shop.svc.cluster.local', version: 'v1', percent: 75, admitted: 'yes' },
      { host: 'orders.shop.svc.cluster.local', version: 'v2', percent: 25, admitted: 'yes' },
    ],
    retries: { attempts: 2, on: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'] },
  });
});

test.each<[string, readonly string[], Partial<ExplainRequest>, object]>([
  [
    'a callee that the Sidecar does not list is refused by the own proxy',
    [
      istio(
        'Sidecar',
        'front',
        '{ workloadSelector: { labels: { app: front } }, outboundTrafficPolicy: { mode: REGISTRY_ONLY }, egress: [{ hosts: ["./db.shop.svc.cluster.local"] }] }',
      ),
    ],
    {},
    { allowed: 'no', gate: 'own-proxy', answer: '502, or a closed connection', targets: [] },
  ],
  [
    "the Sidecar that selects the pods counts, not the namespace's",
    [
      istio('Sidecar', 'default', '{ egress: [{ hosts: ["~/*"] }] }'),
      istio('Sidecar', 'front', '{ workloadSelector: { labels: { app: front } }, egress: [{ hosts: ["./*"] }] }'),
    ],
    {},
    { allowed: 'yes' },
  ],
  [
    'a proxy that lets pass what it does not know sends plain text, which a strict callee refuses',
    [
      istio('Sidecar', 'default', '{ outboundTrafficPolicy: { mode: ALLOW_ANY }, egress: [{ hosts: ["~/*"] }] }'),
      istio('PeerAuthentication', 'default', '{ mtls: { mode: STRICT } }', 'security'),
    ],
    {},
    { allowed: 'no', gate: 'mutual-tls', answer: 'a closed connection' },
  ],
  [
    'and whose policies refuse a caller without identity where it is not strict',
    [
      istio('Sidecar', 'default', '{ outboundTrafficPolicy: { mode: ALLOW_ANY }, egress: [{ hosts: ["~/*"] }] }'),
      policy('orders', `{ rules: [{ from: [{ source: { principals: ["*"] } }] }] }`),
    ],
    {},
    { allowed: 'no', gate: 'authorization', answer: '403' },
  ],
  [
    'a policy without rules allows nothing',
    [policy('deny-all', '{}')],
    {},
    { allowed: 'no', gate: 'authorization', answer: '403', why: 'no rule of AuthorizationPolicy shop/deny-all admits it' },
  ],
  [
    'a refusal of gRPC is a status of gRPC',
    [policy('deny-all', '{}')],
    { to: 'ledger', method: 'l.v1.L/Get' },
    { request: 'POST /l.v1.L/Get', answer: 'gRPC status 7, PERMISSION_DENIED' },
  ],
  [
    'a refusal of TCP closes the connection',
    [policy('deny-all', '{}')],
    { to: 'db' },
    { request: 'a connection', answer: 'a closed connection' },
  ],
  [
    'one ALLOW that names the caller is enough',
    [
      policy('deny-all', '{}'),
      policy('orders', `{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { principals: [${sa('front')}] } }] }] }`),
    ],
    {},
    { allowed: 'yes', why: 'AuthorizationPolicy shop/orders spec.rules[0] admits it' },
  ],
  [
    'a DENY counts more than any ALLOW',
    [
      policy('all', '{ rules: [{}] }'),
      policy(
        'no-front',
        `{ action: DENY, rules: [{ to: [{ operation: { methods: [POST] } }] }, { from: [{ source: { principals: ["*/sa/front"] } }] }] }`,
      ),
    ],
    {},
    { allowed: 'no', why: 'AuthorizationPolicy shop/no-front spec.rules[1] denies it' },
  ],
  [
    'policies of the root namespace hold everywhere',
    [policy('mesh', '{}').replace('namespace: shop', 'namespace: istio-system')],
    {},
    { allowed: 'no' },
  ],
  [
    'a policy names the port of the pods',
    [policy('orders', '{ rules: [{ to: [{ operation: { ports: ["80"] } }] }] }')],
    {},
    { allowed: 'no' },
  ],
  [
    'the port of the pods is meant',
    [policy('orders', '{ rules: [{ to: [{ operation: { ports: ["8080"] } }] }] }')],
    {},
    { allowed: 'yes' },
  ],
  [
    'an ALLOW that asks a TCP port for paths is dropped',
    [policy('db', '{ rules: [{ to: [{ operation: { ports: ["5432"], paths: [/a] } }] }] }')],
    { to: 'db' },
    { allowed: 'no' },
  ],
  [
    'a DENY that asks a TCP port for methods denies more',
    [policy('db', '{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }')],
    { to: 'db' },
    { allowed: 'no' },
  ],
  [
    'a rule that asks for a token may hold',
    [policy('orders', '{ rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }')],
    {},
    { allowed: 'maybe' },
  ],
  [
    'plain text to a strict callee is refused before the policies',
    [
      istio('DestinationRule', 'orders', '{ host: orders, trafficPolicy: { tls: { mode: DISABLE } } }'),
      istio('PeerAuthentication', 'default', '{ mtls: { mode: STRICT } }', 'security'),
    ],
    {},
    { allowed: 'no', gate: 'mutual-tls', answer: '503' },
  ],
  [
    'a callee that has not the pinned name is refused',
    [
      istio(
        'DestinationRule',
        'orders',
        '{ host: orders, trafficPolicy: { tls: { mode: ISTIO_MUTUAL, subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/other"] } } }',
      ),
    ],
    {},
    { allowed: 'no', gate: 'mutual-tls' },
  ],
  [
    'a subset that nothing defines has no pods',
    [istio('VirtualService', 'orders', '{ hosts: [orders], http: [{ route: [{ destination: { host: orders, subset: v9 } }] }] }')],
    {},
    { allowed: 'no', gate: 'no-pods', answer: '503' },
  ],
  [
    'routes that are there and none is for the request',
    [
      istio(
        'VirtualService',
        'orders',
        '{ hosts: [orders], http: [{ match: [{ uri: { prefix: /orders } }], route: [{ destination: { host: orders } }] }] }',
      ),
    ],
    {},
    { allowed: 'no', gate: 'route', answer: '404' },
  ],
])('%s', (_what, more, wanted, expected) => {
  expect(ask(more, wanted)).toMatchObject(expected);
});

const routed = [
  subsets,
  istio(
    'VirtualService',
    'orders',
    `
  hosts: [orders]
  http:
    - name: pinned
      match: [{ headers: { cookie: { regex: "(.*; )?release=v2(;.*)?" } } }, { uri: { exact: /beta } }]
      route: [{ destination: { host: orders, subset: v2 } }]
    - name: others
      match: [{ sourceLabels: { app: ledger } }, { method: { exact: PUT }, withoutHeaders: { x-key: {} } }]
      route: [{ destination: { host: orders, subset: v1 } }]
    - name: query
      match: [{ queryParams: { q: { prefix: a } }, uri: { prefix: /FIND }, ignoreUriCase: true }]
      rewrite: { uri: /search }
      route: [{ destination: { host: orders, subset: v1 } }]
    - name: rest
      timeout: 2s
      retries: { attempts: 1, perTryTimeout: 500ms, retryOn: connect-failure }
      route:
        - { destination: { host: orders, subset: v1 }, weight: 80 }
        - { destination: { host: orders, subset: v2 }, weight: 20 }
        - { destination: { host: orders, subset: v1 }, weight: 0 }
  `,
  ),
];

test.each<[string, Partial<ExplainRequest>, string, string]>([
  ['what meets no other', {}, 'rest', 'v1 80, v2 20, v1 0'],
  ['a header by a regular expression over the whole of it', { headers: { Cookie: 'a=b; release=v2' } }, 'pinned', 'v2 100'],
  ['a header that has more than the expression', { headers: { cookie: 'release=v20' } }, 'rest', 'v1 80, v2 20, v1 0'],
  ['any of the matches', { path: '/beta' }, 'pinned', 'v2 100'],
  ['labels of the caller', { from: 'ledger' }, 'others', 'v1 100'],
  ['a header that is absent', { method: 'PUT' }, 'others', 'v1 100'],
  ['a header that must be absent and is not', { method: 'PUT', headers: { 'X-Key': '1' } }, 'rest', 'v1 80, v2 20, v1 0'],
  ['a query, and a path in any case', { path: '/find/it?q=abc' }, 'query', 'v1 100'],
  ['another query', { path: '/find/it?q=b' }, 'rest', 'v1 80, v2 20, v1 0'],
])('routes are tried in their order: %s', (_what, wanted, name, expected) => {
  const { route, targets } = ask(routed, wanted);
  expect(route).toEqual({ object: 'VirtualService shop/orders', name });
  expect(targets.map(({ version, percent }) => `${version} ${percent}`).join(', ')).toBe(expected);
});

test('a route says its timeout and its retries', () => {
  expect(ask(routed)).toMatchObject({ timeout: '2s', retries: { attempts: 1, perTryTimeout: '500ms', on: ['connect-failure'] } });
});

test('a policy sees the path that the route wrote', () => {
  const more = [...routed, policy('orders', '{ rules: [{ to: [{ operation: { paths: ["/search/*"] } }] }] }')];
  expect(ask(more, { path: '/find/it?q=a' }).allowed).toBe('yes');
  expect(ask(more, { path: '/beta' }).allowed).toBe('no');
});

test('versions that answer differently are said so', () => {
  const more = [...routed, policy('old', '{ selector: { matchLabels: { app: orders, version: v2 } }, rules: [] }')];
  expect(ask(more)).toMatchObject({ allowed: 'maybe', why: 'the versions do not answer alike' });
  expect(ask(more).targets.map(({ version, admitted }) => `${version} ${admitted}`)).toEqual(['v1 yes', 'v2 no', 'v1 yes']);
});

const gateway = [
  istio(
    'Gateway',
    'edge',
    '{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }',
  ),
  istio(
    'VirtualService',
    'edge',
    '{ hosts: [shop.example.com], gateways: [edge], http: [{ match: [{ uri: { prefix: /orders } }], route: [{ destination: { host: orders } }] }] }',
  ),
  registryOnly,
];

test.each<[string, Partial<ExplainRequest>, readonly string[], object]>([
  ['the gateway takes its own routes', { path: '/orders/1' }, [], { allowed: 'yes', route: { object: 'VirtualService shop/edge' } }],
  ['and has none for another path', { path: '/' }, [], { gate: 'route', answer: '404' }],
  ['or another host', { path: '/orders', host: 'other.example.com' }, [], { gate: 'route' }],
  [
    'it has an identity of its own',
    { path: '/orders' },
    [policy('orders', `{ rules: [{ from: [{ source: { principals: [${sa('front')}] } }] }] }`)],
    { gate: 'authorization' },
  ],
  [
    'which a policy may name',
    { path: '/orders' },
    [
      policy(
        'orders',
        '{ rules: [{ from: [{ source: { principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account] } }] }] }',
      ),
    ],
    { allowed: 'yes' },
  ],
])('%s', (_what, wanted, more, expected) => {
  expect(ask([...gateway, ...more], { from: 'gateway', ...wanted })).toMatchObject(expected);
});

test('a delegate adds its matches to those of who delegates', () => {
  const more = [
    gateway[0] ?? '',
    istio(
      'VirtualService',
      'root',
      '{ hosts: ["*"], gateways: [edge], http: [{ match: [{ uri: { prefix: /orders } }], delegate: { name: orders, namespace: shop } }] }',
    ),
    istio(
      'VirtualService',
      'orders',
      '{ http: [{ name: reads, match: [{ method: { exact: GET } }], route: [{ destination: { host: orders } }] }] }',
    ),
  ];
  const name = (wanted: Partial<ExplainRequest>) => ask(more, { from: 'gateway', host: 'a', ...wanted }).route?.name;
  expect(name({ path: '/orders/1' })).toBe('reads');
  expect(name({ path: '/orders/1', method: 'POST' })).toBeUndefined();
  expect(name({ path: '/other' })).toBeUndefined();
});

test('what lies outside is reached where the Sidecar lists it', () => {
  const outside = istio(
    'ServiceEntry',
    'pay',
    '{ hosts: [api.pay.example.com], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS }',
  );
  expect(ask([outside], { to: 'api.pay.example.com' })).toMatchObject({ allowed: 'yes', protocol: 'tcp' });
  expect(
    ask([outside, istio('Sidecar', 'default', '{ egress: [{ hosts: ["./orders.shop.svc.cluster.local"] }] }')], {
      to: 'api.pay.example.com',
    }),
  ).toMatchObject({ gate: 'own-proxy' });
});

test.each<[string, Partial<ExplainRequest>, string]>([
  ['a callee that is not there', { to: 'oders' }, 'there is no service oders'],
  ['a caller that is not there', { from: 'frnt' }, 'there is no service frnt'],
  ['a port that is not there', { port: 8080 }, 'Service shop/orders has no port 8080'],
  ['a gateway that is not there', { from: 'gateway' }, 'there is no Gateway'],
])('%s is said in one sentence with its cure', (_what, wanted, sentence) => {
  expect(() => ask([], wanted)).toThrow(PlatformError);
  expect(() => ask([], wanted)).toThrow(sentence);
});

test('a name that two namespaces have asks for the namespace', () => {
  const twice = service('orders', 'http', 80, 8080).replace('namespace: shop', 'namespace: other');
  expect(() => ask([twice], { from: 'orders', to: 'front' })).toThrow('there are services orders in shop and other');
  expect(ask([twice], { from: 'shop/orders', to: 'front' }).allowed).toBe('yes');
  expect(ask([twice]).to).toBe('orders.shop.svc.cluster.local'); // the caller's own namespace comes first
});
