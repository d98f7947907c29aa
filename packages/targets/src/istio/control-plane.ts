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
  rolledOut,
} from '@mesh-platform/kubernetes';
import { checkout } from '../places.ts';
import { waitFor } from '../process/wait.ts';
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

/**
 * Applies Istio in the order in which it can work: its CRDs and istiod, then the gateway, which needs what istiod writes. What an older
 * manifest had and this one does not is deleted.
 */
export async function applyIstio(cluster: Cluster, manifest: string, images: ImageReferences, progress: Progress): Promise<void> {
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ISTIO_NAMESPACE } }], FIELD_MANAGER);
  const objects = await readManifest(manifest, images);
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
  return progress.step('Istio: control plane', async () => {
    await rolledOut(cluster, ISTIO_NAMESPACE, parts, ROLLOUT_MS, { onPodProblem });
    // A pod that has just become ready can be reached a moment later; until then the API server would refuse each object of Istio's.
    const answered = () => cluster.dryRun(asked).then(() => true as const);
    await waitFor('istiod, asked by the API server', answered, { timeout: REACHED_MS });
  });
}

/** The gateway starts while the services do. */
export const gatewayReady = (cluster: Cluster, onPodProblem?: (line: string) => void): Promise<void> =>
  rolledOut(cluster, GATEWAY.namespace, [{ kind: 'Deployment', name: GATEWAY.name }], ROLLOUT_MS, onPodProblem ? { onPodProblem } : {});

const isGatewayDeployment = (object: KubernetesObject): boolean => nameOf(object) === `Deployment ${GATEWAY.namespace}/${GATEWAY.name}`;
/** Of a kind that Istio's CRDs define, and that its webhook looks at. */
const isIstioPolicy = ({ apiVersion = '' }: KubernetesObject): boolean => apiVersion.includes('.istio.io/');

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
