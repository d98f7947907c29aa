import type { Cluster, LiveObject } from '@mesh-platform/kubernetes';

const KINDS = [
  ['v1', 'Pod', 'platform'],
  ['v1', 'Service', 'platform'],
  ['apps/v1', 'Deployment', 'platform'],
  ['apps/v1', 'Deployment', 'istio-system'],
  ['networking.istio.io/v1', 'VirtualService', 'platform'],
  ['networking.istio.io/v1', 'DestinationRule', 'platform'],
  ['networking.istio.io/v1', 'Sidecar', 'platform'],
  ['security.istio.io/v1', 'AuthorizationPolicy', 'platform'],
  ['security.istio.io/v1', 'PeerAuthentication', 'platform'],
] as const;

/** What people and controllers want of each object of the platform, by its name. */
export async function platformObjects(cluster: Cluster): Promise<Readonly<Record<string, unknown>>> {
  const lists = await Promise.all(KINDS.map(([apiVersion, kind, namespace]) => cluster.list<LiveObject>(apiVersion, kind, namespace)));
  return Object.fromEntries(
    lists.flat().map(({ kind, metadata, spec }) => {
      const { name, namespace, labels, annotations } = metadata ?? {};
      return [`${kind} ${namespace}/${name}`, { labels, annotations, spec }];
    }),
  );
}
