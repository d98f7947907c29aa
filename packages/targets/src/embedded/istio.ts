import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Cluster,
  type ImageReferences,
  ISTIOD,
  type KubernetesObject,
  type Progress,
  readManifest,
  timeoutFactor,
} from '@mesh-platform/kubernetes';
import { keyOf } from '../build/cache.ts';
import { applyIstio, controlPlaneReady, crdFile, FIELD_MANAGER, istioManifest } from '../istio/control-plane.ts';
import { checkout } from '../places.ts';
import type { Instance } from './instance.ts';
import { probePatience } from './probe-patience.ts';

const nodeManifest = join(checkout, 'packages/targets/manifests/node.yaml');

/** Written last: what it names has been installed whole. */
const mark = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mesh-platform-installed', namespace: 'kube-system' } };

interface Place {
  readonly instance: Instance;
  /** Of the platform. */
  readonly namespace: string;
}

/** Installs DNS, the volume and Istio; where the same is installed already, waits until its control plane is ready. */
export async function installIstio(
  cluster: Cluster,
  place: Place,
  references: Promise<ImageReferences>,
  progress: Progress,
): Promise<void> {
  const manifest = istioManifest('local');
  const files = await Promise.all([nodeManifest, crdFile, manifest].map((file) => readFile(file)));
  const patience = probePatience(timeoutFactor());
  const key = keyOf(...files, place.namespace, JSON.stringify([...(await references)]), JSON.stringify(patience));
  const [installed, istiod] = await Promise.all([cluster.read(mark), cluster.read(ISTIOD)]);
  if (installed?.data?.key !== key || !istiod) {
    await progress.step('Istio: resources', async () => {
      await cluster.apply([...patience, ...(await nodeObjects(place))], FIELD_MANAGER);
      await applyIstio(cluster, { file: manifest, images: await references }, progress);
    });
    await cluster.apply([{ ...mark, data: { key } } as KubernetesObject], FIELD_MANAGER);
  } else {
    await controlPlaneReady(cluster, progress); // a node that ran out of something may have thrown it out
  }
}

async function nodeObjects({ instance, namespace }: Place): Promise<KubernetesObject[]> {
  const text = JSON.stringify(await readManifest(nodeManifest));
  return JSON.parse(text.replace('NODE_ADDRESS', instance.link.node).replace('PLATFORM_NAMESPACE', namespace)) as KubernetesObject[];
}
