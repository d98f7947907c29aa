import { type Cluster, inParallel, isTerminating, type LiveObject, nameOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';

/** A cloud takes minutes to delete a load balancer. */
const GONE_MS = 15 * 60_000;

interface Service extends LiveObject {
  readonly spec?: { readonly type?: string };
}

/**
 * Deletes the Services of type LoadBalancer that are ours and waits until they are gone, which the cloud's controller allows only when
 * their load balancers are: those that outlive the cluster keep `terraform destroy` from deleting its network. `isOurs` decides; others
 * are reported and kept.
 */
export async function removeLoadBalancers(
  cluster: Cluster,
  namespaces: readonly string[],
  isOurs: (service: LiveObject) => boolean,
  progress: Progress,
): Promise<void> {
  const lists = await inParallel(namespaces, (namespace) => cluster.list<Service>('v1', 'Service', namespace));
  const [ours, others] = [true, false].map((own) => lists.flat().filter((service) => isBalanced(service) && isOurs(service) === own));
  for (const service of others ?? []) progress.print(`${nameOf(service)} is not ours: its load balancer stays`);
  if (!ours?.length) return;
  await progress.step('load balancers', async () => {
    await inParallel(ours, (service) => cluster.delete(service));
    await inParallel(ours, (service) => removed(cluster, service));
  });
}

const isBalanced = ({ spec }: Service): boolean => spec?.type === 'LoadBalancer';

function removed(cluster: Cluster, service: Service): Promise<void> {
  return cluster.untilDeleted(service, AbortSignal.timeout(GONE_MS)).catch((cause) => {
    throw new PlatformError(
      `${nameOf(service)} was not removed within ${GONE_MS / 60_000} minutes: its load balancer is still being deleted`,
      'look at its events (kubectl describe) and run ./platform down again',
      { cause },
    );
  });
}

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
