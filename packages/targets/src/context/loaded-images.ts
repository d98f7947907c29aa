import { type Cluster, IMAGE_REPOSITORY, type ImageReferences, type LiveObject } from '@mesh-platform/kubernetes';

interface Node extends LiveObject {
  readonly status?: { readonly images?: readonly { readonly names?: readonly string[] }[] };
}

const OURS = new RegExp(`^${IMAGE_REPOSITORY}/([a-z0-9-]+)[:@].+$`);

/**
 * Images of this repository on the nodes, by name: loaded by `up`, `kind load` or `minikube image load`. A digest wins over
 * a tag. A kubelet reports its fifty largest images unless it is configured otherwise.
 */
export async function loadedImages(cluster: Cluster): Promise<ImageReferences> {
  const nodes = await cluster.list<Node>('v1', 'Node');
  const names = nodes.flatMap(({ status }) => (status?.images ?? []).flatMap((image) => image.names ?? []));
  const byTagFirst = names.toSorted((a, b) => Number(a.includes('@')) - Number(b.includes('@')));
  return new Map(byTagFirst.flatMap((reference) => OURS.exec(reference)?.[1] ?? []).map((name) => [name, lastOf(byTagFirst, name)]));
}

const lastOf = (references: readonly string[], name: string): string =>
  references.findLast((reference) => OURS.exec(reference)?.[1] === name) ?? '';
