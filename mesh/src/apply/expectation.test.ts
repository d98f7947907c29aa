import { expect, test } from 'vitest';
import { smallTopology } from '../../test/support/small-topology.ts';
import type { MeshObject } from '../object.ts';
import { expectationsOf, type MeshProxy } from './expectation.ts';
import type { EnvoyCluster, ProxyConfig } from './proxy-config.ts';

const host = 'back.small.svc.cluster.local';
const objects = smallTopology({ namespace: 'small', image: 'node', weights: { v1: 80, v2: 20 } }).objects.filter(
  ({ kind }) => kind !== 'VirtualService',
);
const declared = (kind: string, name: string): MeshObject => {
  const found = objects.find((object) => object.kind === kind && object.metadata?.name === name);
  if (!found) throw new Error(`${kind} ${name}`);
  return found;
};
const changed = (object: MeshObject, spec: object): MeshObject => ({ ...object, spec: { ...(object.spec as object), ...spec } });

const caller: MeshProxy = { pod: 'caller-1', namespace: 'small', labels: new Map([['app', 'caller']]), gateways: ['mesh'] };
const back: MeshProxy = { ...caller, pod: 'back-1', labels: new Map([['app', 'back']]) };
const gateway: MeshProxy = { pod: 'gateway-1', namespace: 'istio-ingress', labels: new Map(), gateways: ['small/edge'] };

const cluster = (subset: string): [string, EnvoyCluster] => {
  const name = `outbound|8080|${subset}|${host}`;
  return [
    name,
    {
      name,
      connect_timeout: '1s',
      circuit_breakers: { thresholds: [{ max_connections: 100 }] },
      transport_socket: { match: [{ exact: 'spiffe://cluster.local/ns/small/sa/back' }] },
    },
  ];
};
const nothing: ProxyConfig = {
  routes: [],
  clusters: new Map(),
  endpoints: new Map(),
  rbac: new Map(),
  takesPlainText: false,
  rejected: [],
};
const ofCaller: ProxyConfig = {
  ...nothing,
  clusters: new Map([cluster(''), cluster('v1'), cluster('v2')]),
  rbac: new Map([['ns[small]-policy[deny-all]-rule[0]', {}]]),
};
const rule = (...accounts: string[]) => ({
  permissions: [
    { header: { name: ':method', string_match: { exact: 'GET' } } },
    { url_path: { path: { exact: '/' } } },
    { url_path: { path: { prefix: '/documents/' } } },
    { destination_port: 8080 },
  ],
  principals: accounts.map((account) => ({ authenticated: { principal_name: { exact: `spiffe://cluster.local/ns/${account}` } } })),
});
const admitted = ['small/sa/caller', 'istio-ingress/sa/istio-ingressgateway-service-account'];
const ofBack: ProxyConfig = {
  ...nothing,
  rbac: new Map<string, unknown>([...ofCaller.rbac, ['ns[small]-policy[back]-rule[0]', rule(...admitted)]]),
};

const missingIn = (proxy: MeshProxy, config: ProxyConfig, from = objects, others: readonly MeshObject[] = []) =>
  expectationsOf(from, others)
    .map((expectation) => expectation(proxy, config))
    .filter((message) => message !== undefined);

test('proxies in sync with the topology miss nothing', () => {
  expect(missingIn(caller, ofCaller)).toEqual([]);
  expect(missingIn(back, ofBack)).toEqual([]);
  expect(missingIn(gateway, { ...nothing, clusters: ofCaller.clusters })).toEqual([]);
});

test('a proxy that knows a host needs each of its subsets, and no other one', () => {
  const without = { ...ofCaller, clusters: new Map([cluster(''), cluster('v1')]) };
  expect(missingIn(caller, without)).toEqual(['DestinationRule small/back: has no subset v2']);
  const more = { ...ofCaller, clusters: new Map([...ofCaller.clusters, cluster('v3')]) };
  expect(missingIn(gateway, more)).toEqual(['DestinationRule small/back: still has the subset v3']);
});

test.each<[string, object, string]>([
  ['name', { tls: { subjectAltNames: ['spiffe://elsewhere'] } }, 'does not demand the name spiffe://elsewhere'],
  ['time to connect', { connectionPool: { tcp: { connectTimeout: '2s' } } }, 'connects within 1s, not 2s'],
  ['number of connections', { connectionPool: { tcp: { maxConnections: 5 } } }, 'opens 100 connections at most, not 5'],
  ['outlier detection', { outlierDetection: { interval: '5s' } }, 'has the interval undefined, not 5s'],
])('a cluster with another %s has not taken the rule over', (_words, trafficPolicy, message) => {
  const other = changed(declared('DestinationRule', 'back'), { trafficPolicy });
  expect(missingIn(caller, ofCaller, [other])).toEqual([`DestinationRule small/back: ${message}`]);
});

test('a proxy knows the callees of its Sidecar, and no others', () => {
  expect(missingIn(caller, { ...ofCaller, clusters: new Map() })).toEqual([`Sidecar small/caller: does not know ${host}`]);
  expect(missingIn(back, { ...ofBack, clusters: ofCaller.clusters })).toEqual([`Sidecar small/default: still knows ${host}`]);
});

test('expects nothing of the hosts a pod knows where another owner has a Sidecar for the same pod', () => {
  const theirs = { ...declared('Sidecar', 'caller'), metadata: { name: 'theirs', namespace: 'small' } };
  expect(missingIn(caller, { ...ofCaller, clusters: new Map() }, objects, [theirs])).toEqual([]);
});

test('another rule for the same host leaves nothing to expect of its subsets', () => {
  const theirs = { ...declared('DestinationRule', 'back'), metadata: { name: 'theirs', namespace: 'small' } };
  expect(missingIn(gateway, { ...nothing, clusters: new Map([cluster('')]) }, objects, [theirs])).toEqual([]);
});

const policy = 'AuthorizationPolicy small/back:';

test('a policy is enforced where its rules name the same callers and operations, no more and no fewer', () => {
  const with_ = (held: unknown) => ({
    ...ofBack,
    rbac: new Map<string, unknown>([...ofBack.rbac, ['ns[small]-policy[back]-rule[0]', held]]),
  });
  expect(missingIn(back, ofCaller)).toContain(`${policy} enforces 0 rules, not 1`);
  expect(missingIn(back, with_(rule('small/sa/caller')))).toEqual([
    `${policy} does not enforce /ns/istio-ingress/sa/istio-ingressgateway-service-account yet`,
  ]);
  expect(missingIn(back, with_(rule(...admitted, 'small/sa/revoked')))).toEqual([`${policy} still allows /ns/small/sa/revoked`]);
});

test('finds a policy by its rules only where Envoy translates its conditions', () => {
  const rules = [{ when: [{ key: 'source.ip', values: ['10.0.0.0/8'] }] }];
  expect(missingIn(back, ofBack, [changed(declared('AuthorizationPolicy', 'back'), { rules })])).toEqual([]);
});

test('a proxy that accepts no plaintext is in sync with STRICT', () => {
  expect(missingIn(back, { ...ofBack, takesPlainText: true })).toEqual(['PeerAuthentication small/default: still takes plain text']);
});
