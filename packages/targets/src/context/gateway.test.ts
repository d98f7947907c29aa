import { type Cluster, GATEWAY } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { inspectGateway, reachGateway, unansweredAddress } from './gateway.ts';

const clusterWith = (address: { readonly hostname?: string; readonly ip?: string }): Cluster =>
  ({ config: {}, read: async () => ({ status: { loadBalancer: { ingress: [address] } } }) }) as unknown as Cluster;
const known = (...hosts: readonly string[]) => ({ address: undefined, hosts });
const FORWARDED = `kubectl --kubeconfig /kubeconfig -n ${GATEWAY.namespace} port-forward service/${GATEWAY.name} 30080:80`;

it.each([
  ['an address', { ip: '192.0.2.7' }, ['192.0.2.7'], 'http://192.0.2.7'],
  ['a name', { hostname: 'a.lb.example.com' }, ['*.example.com'], 'http://a.lb.example.com'],
  ['any name, written as such', { ip: '192.0.2.7' }, ['*'], 'http://192.0.2.7'],
])('reaches the gateway at its load balancer, which has %s that it answers to', async (_what, balancer, hosts, url) => {
  const cluster = clusterWith(balancer);
  expect(await reachGateway(cluster, '/kubeconfig', known(...hosts))).toEqual({ gatewayUrl: url, wayIn: { url } });
  expect(await unansweredAddress(cluster, known(...hosts))).toBeUndefined();
});

it('forwards a port of loopback where the gateway does not answer to its load balancer’s address, and names that address', async () => {
  const cluster = clusterWith({ ip: '192.0.2.7' });
  const { gatewayUrl, wayIn } = await reachGateway(cluster, '/kubeconfig', known('127.0.0.1'));
  expect(new URL(gatewayUrl).hostname).toBe('127.0.0.1');
  expect(wayIn).toEqual({ url: 'http://127.0.0.1:30080', first: FORWARDED });
  expect(await unansweredAddress(cluster, known('127.0.0.1'))).toBe('192.0.2.7');
});

it('reaches the gateway by the address that people know, whatever the load balancer’s', async () => {
  const cluster = clusterWith({ hostname: 'a.lb.example.com' });
  const named = { address: 'https://shop.example.com', hosts: ['shop.example.com'] };
  expect((await reachGateway(cluster, '/kubeconfig', named)).gatewayUrl).toBe('https://shop.example.com');
  expect(await unansweredAddress(cluster, named)).toBeUndefined();
});

it('reports an Istio that up did not install, without a gateway where the policies expect it, with the fix', async () => {
  const { state, detail, hint } = await inspectGateway({ read: async () => undefined } as unknown as Cluster);
  expect([state, detail]).toEqual(['missing', `there is no Service ${GATEWAY.namespace}/${GATEWAY.name}`]);
  expect(hint).toContain('infra/istio/cluster/operator.yaml');
  expect((await inspectGateway(clusterWith({}))).state).toBe('ok');
});
