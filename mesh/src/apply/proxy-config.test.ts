import { expect, test } from 'vitest';
import { readClusters, readEndpoints, readListeners, readRoutes } from './proxy-config.ts';

// Answers of Envoy 1.40 under Istio 1.31, shortened.
const origin = '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/web';
const metadata = { filter_metadata: { istio: { config: origin } } };

test('routes are read with their weights, timeouts and retries, each with the object that it comes from', () => {
  const routes = [
    {
      name: 'shared',
      match: { prefix: '/' },
      metadata,
      route: {
        weighted_clusters: {
          clusters: [
            { name: 'a', weight: 80 },
            { name: 'b', weight: 20 },
          ],
        },
        timeout: '2s',
        retry_policy: { retry_on: 'reset', num_retries: 2, per_try_timeout: '0.600s' },
      },
    },
    { name: 'lone', match: { path: '/x' }, metadata, route: { cluster: 'a', timeout: '0s' } },
    { name: 'redirect', match: { prefix: '/' }, redirect: {} },
  ];
  expect(readRoutes(JSON.stringify({ configs: [{ route_config: { virtual_hosts: [{ routes }] } }] }))).toEqual([
    {
      name: 'shared',
      origin,
      match: { prefix: '/' },
      clusters: [
        { cluster: 'a', percent: 80 },
        { cluster: 'b', percent: 20 },
      ],
      timeout: '2s',
      retries: { attempts: 2, perTry: '0.600s', on: 'reset' },
    },
    { name: 'lone', origin, match: { path: '/x' }, clusters: [{ cluster: 'a', percent: 100 }], timeout: '0s' },
    { name: 'redirect', origin: '', match: { prefix: '/' }, clusters: [] },
  ]);
});

test('a proxy that answers with nothing has nothing', () => {
  expect([readRoutes('{}'), readClusters('{}').size, readEndpoints('{}').size]).toEqual([[], 0, 0]);
  expect(readListeners('{}')).toEqual({ rbac: new Map(), takesPlainText: false, rejected: [] });
});

test('endpoints are counted by cluster, the unhealthy ones left out', () => {
  const host_statuses = [{ health_status: { eds_health_status: 'HEALTHY' } }, { health_status: { eds_health_status: 'UNHEALTHY' } }];
  const endpoints = readEndpoints(JSON.stringify({ cluster_statuses: [{ name: 'a', host_statuses }, { name: 'b' }] }));
  expect([...endpoints]).toEqual([
    ['a', 1],
    ['b', 0],
  ]);
});

const rbac = (policies: object) => ({ typed_config: { rules: { policies } } });
const inbound = (...filter_chains: object[]) => ({ name: 'virtualInbound', active_state: { listener: { filter_chains } } });

test('reads a policy from the HTTP filter chain: the TCP chain omits HTTP attributes', () => {
  const http = { filters: [{ typed_config: { http_filters: [rbac({ p: { ids: ['GET', 'caller'] } })] } }] };
  const tcp = { filters: [rbac({ p: { ids: ['caller'] } })] };
  for (const chains of [
    [http, tcp],
    [tcp, http],
  ])
    expect(readListeners(JSON.stringify({ configs: [inbound(...chains)] })).rbac.get('p')).toEqual({ ids: ['GET', 'caller'] });
});

test('plain text is taken where a chain of the inbound listener has no TLS', () => {
  const chain = (transport_protocol: string) => ({ filter_chain_match: { transport_protocol } });
  expect(readListeners(JSON.stringify({ configs: [inbound(chain('tls'))] })).takesPlainText).toBe(false);
  expect(readListeners(JSON.stringify({ configs: [inbound(chain('tls'), chain('raw_buffer'))] })).takesPlainText).toBe(true);
});

test('reports why Envoy rejected a listener', () => {
  const refused = { name: 'virtualInbound', error_state: { details: "Didn't find a registered implementation for 'no.such.filter'\n" } };
  expect(readListeners(JSON.stringify({ configs: [refused] })).rejected).toEqual([
    "Didn't find a registered implementation for 'no.such.filter'",
  ]);
});
