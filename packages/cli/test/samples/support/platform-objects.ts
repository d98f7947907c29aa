import { type Cluster, GATEWAY, ISTIO_NAMESPACE, type LiveObject } from '@mesh-platform/kubernetes';
import { NAMESPACE } from '../../../src/services/topology.ts';

const KINDS = [
  ['v1', 'Pod', NAMESPACE],
  ['v1', 'Service', NAMESPACE],
  ['apps/v1', 'Deployment', NAMESPACE],
  ['apps/v1', 'Deployment', ISTIO_NAMESPACE],
  ['apps/v1', 'Deployment', GATEWAY.namespace],
  ['networking.istio.io/v1', 'VirtualService', NAMESPACE],
  ['networking.istio.io/v1', 'DestinationRule', NAMESPACE],
  ['networking.istio.io/v1', 'Sidecar', NAMESPACE],
  ['security.istio.io/v1', 'AuthorizationPolicy', NAMESPACE],
  ['security.istio.io/v1', 'PeerAuthentication', NAMESPACE],
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
