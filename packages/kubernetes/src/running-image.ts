import type { Cluster } from './cluster.ts';
import type { LiveObject } from './object.ts';

interface Deployment extends LiveObject {
  readonly spec?: { readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } };
  readonly status?: { readonly readyReplicas?: number };
}

/** The image of a service that runs: on its node already, so that any probe can have it, wherever it runs. */
export async function runningImage(cluster: Cluster): Promise<string> {
  const deployments = await cluster.list<Deployment>('apps/v1', 'Deployment', undefined, 'app.kubernetes.io/managed-by=mesh');
  const image = deployments.find(({ status }) => status?.readyReplicas)?.spec?.template.spec.containers[0]?.image;
  if (!image) throw new Error('no service runs whose image a probe could have');
  return image;
}
