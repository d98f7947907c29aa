import { type Cluster, ISTIO_NAMESPACE, inParallel, isTerminating, nameOf, type Pod } from '@mesh-platform/kubernetes';

/** The init container that fails in a pod whose connections do not go through its proxy. */
const VALIDATION = 'istio-validation';
/** Since when a pod has its network: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-ready-to-start-containers-condition */
const HAS_NETWORK = 'PodReadyToStartContainers';

/**
 * Deletes pods of the mesh that got their network before Istio's CNI plugin was there; gives their names. The plugin removes itself when its pod stops, so a
 * node that restarts starts pods without it. Its repair controller would find them too, after back-offs of minutes.
 * https://istio.io/latest/docs/setup/additional-setup/cni/#race-condition--mitigation
 */
export async function restartEarlyPods(cluster: Cluster): Promise<readonly string[]> {
  const plugins = await cluster.list<Pod>('v1', 'Pod', ISTIO_NAMESPACE, 'k8s-app=istio-cni-node');
  const readyAt = new Map(plugins.map((pod) => [pod.spec?.nodeName, since(pod, 'Ready')]));
  const early = (await cluster.list<Pod>('v1', 'Pod')).filter((pod) => isEarly(pod, readyAt.get(pod.spec?.nodeName)));
  await inParallel(early, (pod) => cluster.delete(pod));
  return early.map(nameOf);
}

function isEarly(pod: Pod, pluginReadyAt: number | undefined): boolean {
  const validation = pod.status?.initContainerStatuses?.find(({ name }) => name === VALIDATION);
  if (!validation || validation.state?.terminated?.exitCode === 0 || isTerminating(pod)) return false;
  const networkSince = since(pod, HAS_NETWORK);
  return networkSince !== undefined && pluginReadyAt !== undefined && networkSince <= pluginReadyAt;
}

/** When a condition became true, in milliseconds since 1970. */
function since({ status }: Pod, condition: string): number | undefined {
  const found = status?.conditions?.find(({ type, status: value }) => type === condition && value === 'True');
  return found?.lastTransitionTime && new Date(found.lastTransitionTime).getTime();
}
