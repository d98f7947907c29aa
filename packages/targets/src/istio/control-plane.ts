import { join } from 'node:path';
import {
  type Cluster,
  GATEWAY,
  type ImageReferences,
  ISTIO_NAMESPACE,
  ISTIOD,
  inOrder,
  type KubernetesObject,
  nameOf,
  type Progress,
  readManifest,
  replaceBroken,
  rolledOut,
} from '@mesh-platform/kubernetes';
import { ISTIO_HUB } from '../image-sources.ts';
import { checkout } from '../places.ts';
import { waitFor } from '../process/wait.ts';
import { restartEarlyPods } from './early-pods.ts';
import { pruneIstio } from './prune.ts';

export const crdFile = join(checkout, 'mesh/crds/crds.yaml');

/** The field manager of what `up` applies in addition to the topology. */
export const FIELD_MANAGER = 'mesh-platform';

const ROLLOUT_MS = 180_000;
const REACHED_MS = 30_000;
/** Only for a dry run: it shows whether istiod's webhook answers. */
const asked = { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', metadata: { name: 'asked', namespace: ISTIO_NAMESPACE } };

/** The manifest that istioctl rendered for an environment of infra/istio; images by the tag `local` still need a reference. */
export const istioManifest = (environment: string): string => join(checkout, 'infra/istio', environment, 'rendered.yaml');

/** What an installation of Istio is made of. */
export interface IstioManifest {
  readonly file: string;
  readonly images: ImageReferences;
  /** Where Istio's own images are pulled from. */
  readonly hub?: string;
}

/** The objects of an installation: images of this repository by their references, Istio's own from its hub. */
export async function istioObjects({ file, images, hub = ISTIO_HUB }: IstioManifest): Promise<readonly KubernetesObject[]> {
  const objects = await readManifest(file, images);
  return hub === ISTIO_HUB ? objects : (JSON.parse(JSON.stringify(objects).replaceAll(ISTIO_HUB, hub)) as readonly KubernetesObject[]);
}

/**
 * Applies Istio in the order in which it can work: its CRDs and istiod, then the gateway, which needs what istiod writes. What an older
 * manifest had and this one does not is deleted.
 */
export async function applyIstio(cluster: Cluster, manifest: IstioManifest, progress: Progress): Promise<void> {
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ISTIO_NAMESPACE } }], FIELD_MANAGER);
  const objects = await istioObjects(manifest);
  const [gateway, others] = partition(objects, isGatewayDeployment);
  const [policies, rest] = partition(others, isIstioPolicy);
  await pruneIstio(cluster, objects, FIELD_MANAGER); // first: a Service of another namespace has the port of the node
  // The API server takes seconds for the CRDs, in which the pods of the control plane start; istiod waits for them itself.
  const crds = cluster.apply(await readManifest(crdFile), FIELD_MANAGER);
  crds.catch(() => {}); // awaited below
  for (const group of inOrder(rest)) await cluster.apply(group, FIELD_MANAGER);
  await crds;
  await controlPlaneReady(cluster, progress);
  await cluster.apply(policies, FIELD_MANAGER);
  // The gateway mounts the root certificate, which istiod has only now written; earlier, the kubelet retries for up to two minutes.
  await cluster.apply(gateway, FIELD_MANAGER);
}

/** Resolves when istiod and the CNI plugin run on every node, and the API server reaches istiod. */
export function controlPlaneReady(cluster: Cluster, progress: Progress): Promise<void> {
  const parts = [
    { kind: ISTIOD.kind, name: ISTIOD.metadata.name },
    { kind: 'DaemonSet', name: 'istio-cni-node' },
  ] as const;
  const onPodProblem = (line: string) => progress.print(line);
  return progress.step('Istio: control plane', async (note) => {
    await replaceBroken(cluster, ISTIO_NAMESPACE);
    await rolledOut(cluster, ISTIO_NAMESPACE, parts, ROLLOUT_MS, { onPodProblem, onWaiting: note });
    // A pod that has just become ready can be reached a moment later; until then the API server would refuse each object of Istio's.
    const answered = () => cluster.dryRun(asked).then(() => true as const);
    await waitFor('istiod, asked by the API server', answered, { timeout: REACHED_MS });
    for (const pod of await restartEarlyPods(cluster))
      progress.print(`repaired: ${pod} started before Istio's CNI plugin; it is recreated`);
  });
}

/** The gateway starts while the services do. */
export async function gatewayReady(cluster: Cluster, onPodProblem?: (line: string) => void): Promise<void> {
  await replaceBroken(cluster, GATEWAY.namespace);
  const gateway = { kind: 'Deployment', name: GATEWAY.name } as const;
  await rolledOut(cluster, GATEWAY.namespace, [gateway], ROLLOUT_MS, onPodProblem ? { onPodProblem } : {});
}

const isGatewayDeployment = (object: KubernetesObject): boolean => nameOf(object) === `Deployment ${GATEWAY.namespace}/${GATEWAY.name}`;
/** Of a kind that Istio's CRDs define, and that its webhook looks at. */
const isIstioPolicy = ({ apiVersion = '' }: KubernetesObject): boolean => apiVersion.includes('.istio.io/');

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
