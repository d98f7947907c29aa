import { type Cluster, inParallel, isTerminating, nameOf, type Progress } from '@mesh-platform/kubernetes';

const KINDS = [
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
] as const;

/** Whether a namespace still contains objects after ours are removed: then another user owns it, so its objects are reported and kept. */
export async function isUsed(cluster: Cluster, namespace: string, progress: Progress): Promise<boolean> {
  const found = (await inParallel(KINDS, ([apiVersion, kind]) => cluster.list(apiVersion, kind, namespace))).flat();
  const others = found.filter((one) => !isTerminating(one));
  if (others.length > 0) progress.print(`namespace ${namespace} stays: ${others.map(nameOf).join(', ')} is not ours`);
  return others.length > 0;
}
