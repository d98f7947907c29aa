import {
  type Cluster,
  type ImageReferences,
  inOrder,
  inParallel,
  type KubernetesObject,
  type LiveObject,
  PlatformError,
  type Progress,
  readManifest,
} from '@mesh-platform/kubernetes';
import { applyIstio, ISTIO_NAMESPACE, istioManifest } from '../istio/control-plane.ts';
import { waitFor } from '../process/wait.ts';
import { isUsed } from './in-use.ts';
import { WEBHOOK_CURE, webhookAnswer } from './preflight.ts';
import { untilGone } from './until-gone.ts';

const FIELD_MANAGER = 'mesh-platform';
const WEBHOOK_MS = 60_000;
const GONE_MS = 180_000;
/** Istio's own images, as this repository builds them. */
const BUILT = ['pilot', 'proxyv2', 'install-cni'];

/** Written before anything else of an installation: `down` takes away what it names, and an Istio without it is left alone. */
const mark = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mesh-platform-installed', namespace: ISTIO_NAMESPACE } };
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ISTIO_NAMESPACE } };

interface Mark extends LiveObject {
  readonly data?: { readonly manifest?: string; readonly namespace?: string };
}

/** Whether `up` installed the cluster's Istio, whole or not. */
export const isInstalledByUs = async (cluster: Cluster): Promise<boolean> => (await cluster.read(mark)) !== undefined;

/** Installs Istio for an environment, from images that the nodes hold where they hold them all, else from Istio's own. */
export async function installIstio(cluster: Cluster, environment: string, images: ImageReferences, progress: Progress): Promise<void> {
  const built = environment === 'local' && BUILT.every((name) => images.has(name));
  const manifest = environment === 'local' && !built ? 'cluster' : environment;
  await progress.step('Istio: resources', async () => {
    const made = (await cluster.read<Mark>(mark))?.data?.namespace ?? ((await cluster.read(namespace)) ? 'found' : 'made');
    await cluster.apply([namespace], FIELD_MANAGER);
    await cluster.apply([{ ...mark, data: { manifest, namespace: made } } as KubernetesObject], FIELD_MANAGER);
    await applyIstio(cluster, istioManifest(manifest), images, FIELD_MANAGER, progress);
  });
  await webhookAnswers(cluster);
}

async function webhookAnswers(cluster: Cluster): Promise<void> {
  let words = '';
  const answered = async () => {
    words = (await webhookAnswer(cluster)) ?? '';
    return words === '' ? true : undefined;
  };
  await waitFor('istiod’s webhook', answered, { timeout: WEBHOOK_MS, every: 500 }).catch((cause) => {
    throw new PlatformError(`the API server cannot ask istiod: ${words}`, WEBHOOK_CURE, { cause });
  });
}

/** Takes away the Istio that `up` installed; its kinds stay, as with Helm, since others may have objects of them. */
export async function removeIstio(cluster: Cluster, progress: Progress): Promise<boolean> {
  const { manifest, namespace: made } = (await cluster.read<Mark>(mark))?.data ?? {};
  if (manifest === undefined) return false;
  await progress.step('Istio is removed', async () => {
    // Its images do not matter to what is deleted.
    const objects = await readManifest(istioManifest(manifest), new Map(BUILT.map((name) => [name, name])));
    for (const group of inOrder(objects).toReversed()) await inParallel(group, (object) => cluster.delete(object));
    await cluster.delete(mark);
    if (made !== 'made' || (await isUsed(cluster, ISTIO_NAMESPACE, progress))) return;
    await cluster.delete(namespace);
    await untilGone(cluster, namespace, GONE_MS);
  });
  return true;
}
