import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '@mesh-platform/kubernetes';
import { checkout, pins } from '@mesh-platform/targets';
import { beforeAll, expect, it } from 'vitest';

type Fields = Readonly<Record<string, unknown>>;
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Fields;
}

let objects: readonly Manifest[];
const find = (kind: string, name: string): Manifest | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

beforeAll(async () => {
  objects = (await readManifest(join(checkout, 'infra/istio/eks/rendered.yaml'))) as unknown as readonly Manifest[];
});

it.each(['istiod', 'istio-ingressgateway'])(
  '%s has two replicas and more, one of which may be lost at a time, spread over zones',
  (name) => {
    expect(find('HorizontalPodAutoscaler', name)?.spec).toMatchObject({ minReplicas: 2, scaleTargetRef: { name } });
    expect(find('PodDisruptionBudget', name)?.spec).toMatchObject({ minAvailable: 1 });
    expect(find('Deployment', name)?.spec).toMatchObject({
      template: { spec: { topologySpreadConstraints: [{ topologyKey: 'topology.kubernetes.io/zone' }] } },
    });
  },
);

it('the gateway asks for no load balancer of its own: Terraform has one', () => {
  expect(find('Service', 'istio-ingressgateway')?.spec).toMatchObject({
    type: 'ClusterIP',
    ports: [{ port: 15021 }, { name: 'http2', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }],
  });
});

it('Istio’s CNI plugin is there, so pods need no privilege', () => {
  expect(find('DaemonSet', 'istio-cni-node')).toBeDefined();
});

it.each(['eks', 'cluster'])('every image of %s is Istio’s own, of the pinned release', async (environment) => {
  const text = await readFile(join(checkout, 'infra/istio', environment, 'rendered.yaml'), 'utf8');
  const images = [...text.matchAll(/^\s+image: "?([^"\s]+)"?$/gm)].map(([, image]) => image ?? '').filter((image) => image.includes('/'));
  expect(new Set(images.map((image) => image.replace(/(pilot|proxyv2|install-cni)/, 'X')))).toEqual(
    new Set([`docker.io/istio/X:${pins.istio}`]),
  );
});
