import { expect, test } from 'vitest';
import { Random } from '../../test/support/random.ts';
import { ask, istio, policy, sa } from '../../test/support/shop.ts';
import type { ExplainRequest } from './explanation.ts';

const subsets = istio(
  'DestinationRule',
  'orders',
  '{ host: orders, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }',
);
const registryOnly = istio('Sidecar', 'default', '{ outboundTrafficPolicy: { mode: REGISTRY_ONLY }, egress: [{ hosts: ["./*"] }] }');

const routed = [
  subsets,
  istio(
    'VirtualService',
    'orders',
    `
  hosts: [orders]
  http:
    - name: pinned
      match: [{ headers: { cookie: { regex: "(.*; )?version=v2(;.*)?" } } }, { uri: { exact: /beta } }]
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
  ['a header by a regular expression over the whole of it', { headers: { Cookie: 'a=b; version=v2' } }, 'pinned', 'v2 100'],
  ['a header that has more than the expression', { headers: { cookie: 'version=v20' } }, 'rest', 'v1 80, v2 20, v1 0'],
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

test('reports the timeout and the retries of a route', () => {
  expect(ask(routed)).toMatchObject({ timeout: '2s', retries: { attempts: 1, perTryTimeout: '500ms', on: ['connect-failure'] } });
});

test('a policy sees the path that the route wrote', () => {
  const more = [...routed, policy('orders', '{ rules: [{ to: [{ operation: { paths: ["/search/*"] } }] }] }')];
  expect(ask(more, { path: '/find/it?q=a' }).allowed).toBe('yes');
  expect(ask(more, { path: '/beta' }).allowed).toBe('no');
});

test('reports versions with different verdicts', () => {
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
  ['and has none for another path', { path: '/' }, [], { reason: 'route', answer: '404' }],
  ['or another host', { path: '/orders', host: 'other.example.com' }, [], { reason: 'route' }],
  [
    'it has an identity of its own',
    { path: '/orders' },
    [policy('orders', `{ rules: [{ from: [{ source: { principals: [${sa('front')}] } }] }] }`)],
    { reason: 'authorization' },
  ],
  [
    'which a policy may name',
    { path: '/orders' },
    [
      policy(
        'orders',
        '{ rules: [{ from: [{ source: { principals: [cluster.local/ns/istio-ingress/sa/istio-ingressgateway-service-account] } }] }] }',
      ),
    ],
    { allowed: 'yes' },
  ],
])('%s', (_what, wanted, more, expected) => {
  expect(ask([...gateway, ...more], { from: 'gateway', ...wanted })).toMatchObject(expected);
});

test.each<[string, Partial<ExplainRequest>, readonly string[], object]>([
  [
    'a route of the gateway that leads to another service is none to the callee',
    { to: 'ledger', path: '/orders/1' },
    [],
    {
      allowed: 'no',
      reason: 'route',
      answer: 'the answer of orders.shop.svc.cluster.local',
      why: 'VirtualService shop/edge sends it to orders.shop.svc.cluster.local',
      targets: [],
    },
  ],
  ['a database is not reached through HTTP', { to: 'db' }, [], { allowed: 'no', reason: 'route', answer: 'a closed connection' }],
  [
    'the VirtualServices of one host are merged',
    { to: 'ledger', path: '/ledger', method: 'GET' },
    [
      istio(
        'VirtualService',
        'ledger',
        '{ hosts: [shop.example.com], gateways: [edge], http: [{ route: [{ destination: { host: ledger } }] }] }',
      ),
    ],
    { allowed: 'yes', route: { object: 'VirtualService shop/ledger' } },
  ],
  [
    'a second gateway that leads to the callee is taken',
    { to: 'ledger' },
    [
      istio(
        'Gateway',
        'inner',
        '{ selector: { istio: inner }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [in.example.com] }] }',
      ),
      istio('VirtualService', 'inner', '{ hosts: ["*"], gateways: [inner], http: [{ route: [{ destination: { host: ledger } }] }] }'),
    ],
    { allowed: 'yes', route: { object: 'VirtualService shop/inner' } },
  ],
])('from the gateway: %s', (_what, wanted, more, expected) => {
  expect(ask([...gateway, ...more], { from: 'gateway', ...wanted })).toMatchObject(expected);
});

test('a host that a VirtualService has and the Gateway does not serve gets 404', () => {
  const servers = 'servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]';
  const more = [
    istio('Gateway', 'edge', `{ selector: { istio: ingressgateway }, ${servers} }`),
    istio('VirtualService', 'edge', '{ hosts: ["*"], gateways: [edge], http: [{ route: [{ destination: { host: orders } }] }] }'),
  ];
  expect(ask(more, { from: 'gateway', host: 'other.example.com' })).toMatchObject({ reason: 'route', answer: '404' });
  expect(ask(more, { from: 'gateway' }).allowed).toBe('yes');
});

const hidden = policy('orders', '{ action: DENY, rules: [{ to: [{ operation: { paths: [/metrics] } }] }] }');

test.each(['/metrics', '/%6detrics', '/x/../metrics', '/x/..;y/metrics', '/./metrics?a=1'])('%s is denied as /metrics is', (path) => {
  expect(ask([hidden], { path }).allowed).toBe('no');
});

test.each(['//metrics', '/metrics/', '/%2fmetrics', '/metrics%2f..'])('%s is another path than /metrics', (path) => {
  expect(ask([hidden], { path }).allowed).toBe('yes');
});

test('a gateway merges slashes, and redirects where a slash is escaped', () => {
  expect(ask(gateway, { from: 'gateway', path: '//find//x?q=//' })).toMatchObject({ normalizedPath: '/find/x?q=//' });
  for (const path of ['/a%2Fb', '/a%5cb'])
    expect(ask(gateway, { from: 'gateway', path })).toMatchObject({ allowed: 'no', reason: 'route', answer: '307' });
});

test('reports a path as the proxies compare it, and rejects one that they reject', () => {
  expect(ask(routed, { path: '/x/..//find?q=a' })).toMatchObject({ request: 'GET /x/..//find?q=a', normalizedPath: '//find?q=a' });
  expect(ask(routed, { path: '/find?q=a' })).not.toHaveProperty('normalizedPath');
  expect(ask([], { path: '/a#b' })).toMatchObject({ allowed: 'no', reason: 'route', answer: '400', targets: [] });
});

/** Spellings that Envoy reads as the same path. */
const SPELLINGS: readonly ((path: string) => string)[] = [
  (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => `/odd/..${path}`,
  (path) => `/odd/%2e%2E${path}`,
  (path) => `/.${path}`,
  (path) => `/odd\\..${path}`,
  (path) => `/odd/..;a=b${path}`,
];

test.each([1, 2, 3])(
  'odd spellings change nothing, and a gateway only reaches what its routes lead to (seed %i)',
  { timeout: 30_000 },
  (seed) => {
    const random = new Random(seed);
    const services = ['orders', 'ledger', 'front'];
    for (let round = 0; round < 50; round++) {
      const routes = Array.from({ length: 3 }, () => {
        const path = random.pick(['/orders', '/find', '/metrics', '/']);
        const header = random.chance(0.3) ? ', headers: { X-Role: { exact: guest } }' : '';
        return `{ match: [{ uri: { ${random.pick(['prefix', 'exact'])}: ${path} }${header} }], route: [{ destination: { host: ${random.pick(services)} } }] }`;
      });
      const hosts = random.pick(['"*"', 'shop.example.com', '"*.example.com"']);
      const more = [
        istio(
          'Gateway',
          'edge',
          `{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${hosts}] }] }`,
        ),
        istio('VirtualService', 'edge', `{ hosts: [${random.pick(['"*"', hosts])}], gateways: [edge], http: [${routes.join(', ')}] }`),
        ...(random.chance(0.5) ? [hidden] : []),
      ];
      const path = random.pick(['/orders/1', '/find', '/metrics', '/other']);
      const wanted = {
        from: random.pick(['gateway', 'front', 'ledger']),
        to: random.pick(services),
        path,
        headers: random.chance(0.5) ? { 'x-ROLE': 'guest' } : {},
      };
      const plain = ask(more, wanted);
      const { normalizedPath, ...odd } = ask(more, { ...wanted, path: random.pick(SPELLINGS)(path) });
      expect({ ...odd, request: plain.request }).toEqual(plain);
      expect(normalizedPath).toBe(path);
      if (wanted.from !== 'gateway' || plain.allowed === 'no') continue;
      expect(plain.targets.map(({ host }) => host)).toContain(`${wanted.to}.shop.svc.cluster.local`);
    }
  },
);

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
