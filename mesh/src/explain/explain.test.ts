import { UsageError } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { ask, istio, policy, sa, service } from '../../test/support/shop.ts';
import type { ExplainRequest } from './explanation.ts';

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
    { allowed: 'no', reason: 'own-proxy', answer: '502, or a closed connection', targets: [] },
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
    { allowed: 'no', reason: 'mutual-tls', answer: 'a closed connection' },
  ],
  [
    'and whose policies refuse a caller without identity where it is not strict',
    [
      istio('Sidecar', 'default', '{ outboundTrafficPolicy: { mode: ALLOW_ANY }, egress: [{ hosts: ["~/*"] }] }'),
      policy('orders', `{ rules: [{ from: [{ source: { principals: ["*"] } }] }] }`),
    ],
    {},
    { allowed: 'no', reason: 'authorization', answer: '403' },
  ],
  [
    'a policy without rules allows nothing',
    [policy('deny-all', '{}')],
    {},
    { allowed: 'no', reason: 'authorization', answer: '403', why: 'no rule of AuthorizationPolicy shop/deny-all admits it' },
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
    'policies of the root namespace apply everywhere',
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
    'a rule that requires a token may match',
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
    { allowed: 'no', reason: 'mutual-tls', answer: '503' },
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
    { allowed: 'no', reason: 'mutual-tls' },
  ],
  [
    'a subset that nothing defines has no pods',
    [istio('VirtualService', 'orders', '{ hosts: [orders], http: [{ route: [{ destination: { host: orders, subset: v9 } }] }] }')],
    {},
    { allowed: 'no', reason: 'no-pods', answer: '503' },
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
    { allowed: 'no', reason: 'route', answer: '404' },
  ],
])('%s', (_what, more, wanted, expected) => {
  expect(ask(more, wanted)).toMatchObject(expected);
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
  ).toMatchObject({ reason: 'own-proxy' });
});

test.each<[string, Partial<ExplainRequest>, string]>([
  ['a callee that is not there', { to: 'oders' }, 'there is no service oders'],
  ['a caller that is not there', { from: 'frnt' }, 'there is no service frnt'],
  ['a port that is not there', { port: 8080 }, 'Service shop/orders has no port 8080'],
  ['a gateway that is not there', { from: 'gateway' }, 'there is no Gateway'],
])('reports %s in one message with a hint', (_what, wanted, message) => {
  expect(() => ask([], wanted)).toThrow(UsageError);
  expect(() => ask([], wanted)).toThrow(message);
});

test('a name that two namespaces have asks for the namespace', () => {
  const twice = service('orders', 'http', 80, 8080).replace('namespace: shop', 'namespace: other');
  expect(() => ask([twice], { from: 'orders', to: 'front' })).toThrow('there are services orders in shop and other');
  expect(ask([twice], { from: 'shop/orders', to: 'front' }).allowed).toBe('yes');
  expect(ask([twice]).to).toBe('orders.shop.svc.cluster.local'); // the caller's own namespace comes first
});
