import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1ConfigMap } from '@kubernetes/client-node';
import {
  type Cluster,
  type ImageReferences,
  inOrder,
  type KubernetesObject,
  type LiveObject,
  nameOf,
  type Progress,
  readManifest,
  rolledOut,
} from '@mesh-platform/kubernetes';
import { checkout } from '../places.ts';
import { keyOf } from './build/cache.ts';
import type { Instance } from './instance.ts';

const controlPlaneFile = join(checkout, 'infra/istio/local/rendered.yaml');
export const crdFile = join(checkout, 'mesh/crds/crds.yaml');
const nodeManifest = join(checkout, 'packages/targets/manifests/node.yaml');

const FIELD_MANAGER = 'mesh-platform';
const NAMESPACE = 'istio-system';
const GATEWAY = 'istio-ingressgateway';
const ROLLOUT_MS = 180_000;

/** Written last: what it names has been installed whole. */
const mark = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mesh-platform-installed', namespace: 'kube-system' } };

/** Installs DNS, the volume and Istio; where the same is installed already, waits until its control plane is ready. */
export async function installIstio(
  cluster: Cluster,
  instance: Instance,
  references: Promise<ImageReferences>,
  progress: Progress,
): Promise<void> {
  const files = await Promise.all([nodeManifest, crdFile, controlPlaneFile].map((file) => readFile(file)));
  const key = keyOf(...files, JSON.stringify([...(await references)]));
  const installed = await cluster.read<V1ConfigMap & LiveObject>(mark);
  if (installed?.data?.key !== key) {
    await progress.step('Istio: resources', async () => {
      await cluster.apply(await nodeObjects(instance), FIELD_MANAGER);
      await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }], FIELD_MANAGER);
      const [gateway, rest] = partition(await readManifest(controlPlaneFile, await references), isGatewayDeployment);
      // The API server takes seconds for the kinds, in which the pods of the control plane start; istiod waits for them itself.
      const kinds = cluster.apply(await readManifest(crdFile), FIELD_MANAGER);
      kinds.catch(() => {}); // awaited below
      for (const group of inOrder(rest)) await cluster.apply(group, FIELD_MANAGER);
      await kinds;
      await controlPlaneReady(cluster, progress);
      // The gateway mounts the root certificate, which istiod has only now written; earlier, the kubelet retries for up to two minutes.
      await cluster.apply(gateway, FIELD_MANAGER);
    });
    await cluster.apply([{ ...mark, data: { key } } as KubernetesObject], FIELD_MANAGER);
  } else {
    await controlPlaneReady(cluster, progress); // a node that ran out of something may have thrown it out
  }
}

function controlPlaneReady(cluster: Cluster, progress: Progress): Promise<void> {
  const parts = [
    { kind: 'Deployment', name: 'istiod' },
    { kind: 'DaemonSet', name: 'istio-cni-node' },
  ] as const;
  const tell = (line: string) => progress.say(line);
  return progress.step('Istio: control plane', () => rolledOut(cluster, NAMESPACE, parts, ROLLOUT_MS, { tell }));
}

/** The gateway starts while the services do. */
export const gatewayReady = (cluster: Cluster, tell?: (line: string) => void): Promise<void> =>
  rolledOut(cluster, NAMESPACE, [{ kind: 'Deployment', name: GATEWAY }], ROLLOUT_MS, tell ? { tell } : {});

const isGatewayDeployment = (object: KubernetesObject): boolean => nameOf(object) === `Deployment ${NAMESPACE}/${GATEWAY}`;

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

async function nodeObjects(instance: Instance): Promise<KubernetesObject[]> {
  const text = JSON.stringify(await readManifest(nodeManifest));
  return JSON.parse(text.replace('NODE_ADDRESS', instance.link.node)) as KubernetesObject[];
}
