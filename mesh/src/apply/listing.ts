import { type Cluster, inParallel, type LiveObject } from '@mesh-platform/kubernetes';

/** The objects of some kinds in a namespace; none of a kind that the API server does not have. */
export async function listKinds(
  cluster: Cluster,
  kinds: readonly (readonly [apiVersion: string, kind: string])[],
  namespace: string,
  selector?: string,
): Promise<readonly LiveObject[]> {
  const lists = await inParallel(kinds, async ([apiVersion, kind]) =>
    (await cluster.serves(apiVersion, kind)) ? cluster.list<LiveObject>(apiVersion, kind, namespace, selector) : [],
  );
  return lists.flat();
}
