import {
  type Cluster,
  GATEWAY,
  ISTIO_NAMESPACE,
  inParallel,
  isAppliedBy,
  type KubernetesObject,
  type LiveObject,
  nameOf,
} from '@mesh-platform/kubernetes';

/** Everything that istioctl renders carries this label; a test compares. */
export const RENDERED = { name: 'app.kubernetes.io/part-of', value: 'istio' } as const;
const NAMESPACES = [ISTIO_NAMESPACE, GATEWAY.namespace];
/** In the order of deletion: what answers requests, then what it may do. Those without a namespace are looked for once. */
export const KINDS = [
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['v1', 'ServiceAccount'],
] as const;

/** Deletes what this field manager applied from an older manifest and `objects` does not have; the rest is not ours. */
export async function pruneIstio(cluster: Cluster, objects: readonly KubernetesObject[], fieldManager: string): Promise<void> {
  const wanted = new Set(objects.map(nameOf));
  const found = await inParallel(KINDS, async ([apiVersion, kind]) => {
    const namespaces = kind.startsWith('Cluster') ? [undefined] : NAMESPACES;
    return (
      await inParallel(namespaces, (namespace) =>
        cluster.list<LiveObject>(apiVersion, kind, namespace, `${RENDERED.name}=${RENDERED.value}`),
      )
    ).flat();
  });
  for (const kind of found)
    await inParallel(
      kind.filter((one) => !wanted.has(nameOf(one)) && isAppliedBy(one, fieldManager)),
      (one) => cluster.delete(one),
    );
}
