import { type Cluster, PlatformError } from '@mesh-platform/kubernetes';
import { holderOf, keyOf, type RunningTarget } from '@mesh-platform/targets';
import { NAMESPACE } from '../services/topology.ts';

/** On every object that `./platform dev` deploys. */
export const DEV_LABEL = 'mesh.platform/dev';

/** The lock of a session of `./platform dev`: one session at a time on a target. */
export const devLock = ({ kubeconfig, name }: Pick<RunningTarget, 'kubeconfig' | 'name'>): string => `dev/${keyOf(kubeconfig, name)}`;

/** Fails where `./platform dev` runs on the target. */
export async function requireNoDev(target: RunningTarget): Promise<void> {
  const pid = await holderOf(devLock(target));
  if (pid !== undefined)
    throw new PlatformError(`process ${pid} runs ./platform dev on this target`, 'end that first, with Ctrl-C: it puts everything back');
}

/** The kinds of a version's objects; the next deployment recreates all of them. */
const KINDS = [
  ['apps/v1', 'Deployment'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
] as const;
const GONE_MS = 60_000;

/** Deletes the objects that `./platform dev` deployed: no field manager of `up` owns their fields. */
export async function removeDeveloped(cluster: Cluster): Promise<void> {
  const found = await Promise.all(KINDS.map(([version, kind]) => cluster.list(version, kind, NAMESPACE, `${DEV_LABEL}=true`)));
  for (const object of found.flat()) await cluster.deleteAndWait(object, GONE_MS);
}
