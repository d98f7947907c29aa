import type { Cluster, LiveObject } from './cluster.ts';

interface Deployment extends LiveObject {
  readonly spec?: { readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } };
  readonly status?: { readonly readyReplicas?: number };
}

/** The image of a Deployment that has a ready pod, of those that the labels select in any namespace; undefined where none has one. */
export async function readyImage(cluster: Cluster, labelSelector: string): Promise<string | undefined> {
  const deployments = await cluster.list<Deployment>('apps/v1', 'Deployment', undefined, labelSelector);
  return deployments.find(({ status }) => status?.readyReplicas)?.spec?.template.spec.containers[0]?.image;
}
