import {
  type Cluster,
  GATEWAY,
  ISTIO_NAMESPACE,
  inOrder,
  inParallel,
  type KubernetesObject,
  PlatformError,
  type Progress,
  readManifest,
} from '@mesh-platform/kubernetes';
import { applyIstio, FIELD_MANAGER, type IstioManifest, istioManifest } from '../istio/control-plane.ts';
import { pruneIstio } from '../istio/prune.ts';
import { waitFor } from '../process/wait.ts';
import { WEBHOOK_HINT, webhookAnswer } from './preflight.ts';
import { isUsed } from './removal.ts';

const WEBHOOK_MS = 60_000;
/** A gateway behind a cloud's load balancer takes two minutes and a half to end. */
const GONE_MS = 300_000;
/** Istio's own images, as this repository builds them. */
const BUILT = ['pilot', 'proxyv2', 'install-cni'];

/** Written before anything else of an installation: `down` removes only an Istio with this mark. */
const mark = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mesh-platform-installed', namespace: ISTIO_NAMESPACE } };
const namespaceNamed = (name: string): KubernetesObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** The manifest that was applied, and of Istio's namespace and of the gateway's whether it was `made` or `found`. */
type Mark = Partial<Readonly<Record<'manifest' | 'namespace' | 'gatewayNamespace', string>>>;
const readMark = async (cluster: Cluster): Promise<Mark | undefined> => (await cluster.read(mark))?.data;

/** Whether `up` installed the cluster's Istio, whole or not. */
export const isInstalledByUs = async (cluster: Cluster): Promise<boolean> => (await cluster.read(mark)) !== undefined;

interface Installation extends Pick<IstioManifest, 'images' | 'hub'> {
  readonly environment: string;
}

/** Installs Istio for an environment, from this repository's images where the nodes have all of them, else from Istio's own. */
export async function installIstio(cluster: Cluster, { environment, images, hub }: Installation, progress: Progress): Promise<void> {
  const built = environment === 'local' && BUILT.every((name) => images.has(name));
  const folder = environment.replace(/^eks-.*/, 'eks'); // Istio is the same in all environments on EKS
  const manifest = environment === 'local' && !built ? 'cluster' : folder;
  await progress.step('Istio: resources', async () => {
    const written = await readMark(cluster);
    const origin = async (name: string) => ((await cluster.read(namespaceNamed(name))) ? 'found' : 'made');
    const data = {
      manifest,
      namespace: written?.namespace ?? (await origin(ISTIO_NAMESPACE)),
      gatewayNamespace: written?.gatewayNamespace ?? (await origin(GATEWAY.namespace)),
    };
    await cluster.apply([namespaceNamed(ISTIO_NAMESPACE)], FIELD_MANAGER);
    await cluster.apply([{ ...mark, data } as KubernetesObject], FIELD_MANAGER);
    await applyIstio(cluster, { file: istioManifest(manifest), images, ...(hub ? { hub } : {}) }, progress);
  });
  await webhookAnswers(cluster);
}

async function webhookAnswers(cluster: Cluster): Promise<void> {
  let refusal = '';
  const answered = async () => {
    refusal = (await webhookAnswer(cluster)) ?? '';
    return refusal === '' ? true : undefined;
  };
  await waitFor('istiod’s webhook', answered, { timeout: WEBHOOK_MS, every: 500 }).catch((cause) => {
    throw new PlatformError(`the API server cannot ask istiod: ${refusal}`, WEBHOOK_HINT, { cause });
  });
}

/** Removes the Istio that `up` installed. Its CRDs stay, as with Helm, since other users may have custom resources. */
export async function removeIstio(cluster: Cluster, progress: Progress): Promise<boolean> {
  const { manifest, namespace, gatewayNamespace } = (await readMark(cluster)) ?? {};
  if (manifest === undefined) return false;
  const namespaces = { [ISTIO_NAMESPACE]: namespace, [GATEWAY.namespace]: gatewayNamespace };
  await progress.step('Istio is removed', async () => {
    // Its images do not matter to what is deleted.
    const objects = await readManifest(istioManifest(manifest), new Map(BUILT.map((name) => [name, name])));
    const [, ...groups] = inOrder([namespaceNamed(GATEWAY.namespace), ...objects]); // namespaces go last, and only without objects of other users
    for (const group of groups.toReversed()) await inParallel(group, (object) => cluster.delete(object));
    await pruneIstio(cluster, objects, FIELD_MANAGER); // of an older manifest
    await cluster.delete(mark);
    await inParallel(Object.entries(namespaces), async ([name, origin]) => {
      if (origin !== 'made' || (await isUsed(cluster, name, progress))) return;
      await cluster.deleteAndWait(namespaceNamed(name), GONE_MS);
    });
  });
  return true;
}
