import { type Cluster, inParallel, nameOf, type Progress } from '@mesh-platform/kubernetes';

const KINDS = [
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
] as const;

/** Whether a namespace still holds what somebody runs, once ours is out of it: then it is theirs, and is named and left. */
export async function isUsed(cluster: Cluster, namespace: string, progress: Progress): Promise<boolean> {
  const found = (await inParallel(KINDS, ([apiVersion, kind]) => cluster.list(apiVersion, kind, namespace))).flat();
  const others = found.filter(({ metadata }) => !metadata?.deletionTimestamp);
  if (others.length > 0) progress.say(`namespace ${namespace} stays: ${others.map(nameOf).join(', ')} is not ours`);
  return others.length > 0;
}
