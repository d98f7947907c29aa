import type { KubernetesObject } from '@mesh-platform/kubernetes';

/**
 * The kinds that topologies are rendered to, in the order in which they can be deleted: a route goes before the subset that it
 * names, a workload before the Service in front of it. Nothing else is ever pruned, and nothing that has no namespace.
 */
export const PRUNED_KINDS = [
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'Gateway'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['v1', 'Service'],
  ['networking.istio.io/v1', 'Sidecar'],
  ['telemetry.istio.io/v1', 'Telemetry'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['v1', 'ConfigMap'],
  ['v1', 'ServiceAccount'],
] as const;

/** Lower is deleted first; the objects of one rank together. */
export const pruneRank = ({ kind }: KubernetesObject): number => PRUNED_KINDS.findIndex(([, pruned]) => pruned === kind);
