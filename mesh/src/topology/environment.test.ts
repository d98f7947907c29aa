import { GATEWAY, PlatformError } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { render } from '../render/render.ts';
import { defineMesh } from './define-mesh.ts';
import { defineEnvironment } from './environment.ts';

const services = { front: { protocol: 'http', port: 8080, versions: ['v1'] } } as const;
const withGateway = defineMesh({ name: 'a', namespace: 'a', gateway: { to: 'front', hosts: ['a.example.com'] }, services });
const withoutHosts = defineMesh({ name: 'a', namespace: 'a', gateway: { to: 'front' }, services });
const place = { name: 'test', image: String } as const;

function refusal(work: () => unknown): PlatformError {
  try {
    work();
  } catch (error) {
    if (error instanceof PlatformError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

it('an environment’s hosts take the place of the topology’s', () => {
  expect(defineEnvironment(withGateway, place).mesh.gateway?.hosts).toEqual(['a.example.com']);
  expect(defineEnvironment(withGateway, { ...place, hosts: ['b.example.com'] }).mesh.gateway?.hosts).toEqual(['b.example.com']);
});

it('rejects a gateway that answers to no host', () => {
  for (const work of [() => defineEnvironment(withoutHosts, place), () => defineEnvironment(withGateway, { ...place, hosts: [] })]) {
    const { message, hint } = refusal(work);
    expect(message).toBe("environment 'test': the gateway has no hosts");
    expect(hint).toContain("hosts: ['shop.example.com']");
  }
});

it('rejects a host that is not a name, with the fix', () => {
  const given: string = 'https://a.example.com';
  const { message, hint } = refusal(() => defineEnvironment(withGateway, { ...place, hosts: [given] }));
  expect(message).toBe("environment 'test', hosts: invalid host 'https://a.example.com': it has a scheme");
  expect(hint).toBe("write only the name: 'a.example.com'");
});

it('a mesh without a gateway needs no hosts', () => {
  expect(defineEnvironment(defineMesh({ name: 'a', namespace: 'a', services }), place).mesh.gateway).toBeUndefined();
});

it('the policies admit the gateway of another installation where the topology names its pods', () => {
  const pods = { namespace: 'istio-system', serviceAccount: 'ingress' };
  const mesh = defineMesh({ name: 'a', namespace: 'a', gateway: { to: 'front', hosts: ['a.example.com'], pods }, services });
  const text = JSON.stringify(render(defineEnvironment(mesh, place)).objects);
  expect(text).toContain('cluster.local/ns/istio-system/sa/ingress');
  expect(text).toContain(
    '"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"istio-system"}},"podSelector":{"matchLabels":{"istio":"ingressgateway"}}',
  );
  expect(text).not.toContain(GATEWAY.namespace);
});
