import { type Cluster, inParallel, isWorkload, type KubernetesObject, type LiveObject } from '@mesh-platform/kubernetes';

/** The turn of a kind when apply creates or changes objects, which `stagesOf` puts in order. */
export type Turn = 'identities' | 'services' | 'subsets' | 'policies' | 'routes' | 'workloads';

interface KindRules {
  readonly apiVersion: string;
  readonly kind: string;
  readonly turn: Turn;
  /** Another object can take precedence over ours, so that a proxy's configuration is a mixture. */
  readonly contested?: true;
  /** Nothing deletes it: it contains what the topology does not declare. */
  readonly kept?: true;
}

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';

/**
 * The kinds that topologies are rendered to, in the order in which they can be deleted: a route goes before the subset that it
 * names, a workload before the Service in front of it. Nothing else is ever pruned, and nothing that has no namespace.
 */
export const KINDS: readonly KindRules[] = [
  { apiVersion: NETWORKING, kind: 'VirtualService', turn: 'routes', contested: true },
  { apiVersion: NETWORKING, kind: 'DestinationRule', turn: 'subsets', contested: true },
  { apiVersion: NETWORKING, kind: 'Gateway', turn: 'policies' },
  { apiVersion: NETWORKING, kind: 'ServiceEntry', turn: 'services' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', turn: 'policies' },
  { apiVersion: 'apps/v1', kind: 'Deployment', turn: 'workloads' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', turn: 'workloads' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', turn: 'policies' },
  { apiVersion: 'v1', kind: 'Service', turn: 'services' },
  { apiVersion: NETWORKING, kind: 'Sidecar', turn: 'policies', contested: true },
  { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', turn: 'policies' },
  { apiVersion: SECURITY, kind: 'PeerAuthentication', turn: 'policies', contested: true },
  { apiVersion: SECURITY, kind: 'AuthorizationPolicy', turn: 'policies' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', turn: 'policies' },
  { apiVersion: 'v1', kind: 'ConfigMap', turn: 'identities' },
  { apiVersion: 'v1', kind: 'ServiceAccount', turn: 'identities' },
  { apiVersion: 'v1', kind: 'Secret', turn: 'identities', kept: true },
  { apiVersion: 'v1', kind: 'Namespace', turn: 'identities', kept: true },
];

type Header = Pick<KindRules, 'apiVersion' | 'kind'>;

export const PRUNED_KINDS: readonly Header[] = KINDS.filter(({ kept }) => !kept);

/** Kinds that apply reads of the whole namespace, to see which other objects contest ours. */
export const CONTESTED_KINDS: readonly Header[] = KINDS.filter(({ contested }) => contested);

/** Kinds that a traffic split reads: routes, and the gateways whose proxies have them. */
export const ROUTING_KINDS: readonly Header[] = KINDS.filter(({ kind }) => kind === 'VirtualService' || kind === 'Gateway');

/** Lower is deleted first; the objects of one rank together. */
export const pruneRank = ({ kind }: KubernetesObject): number => PRUNED_KINDS.findIndex((pruned) => pruned.kind === kind);

/** Objects of kinds that no topology renders come with the policies. */
export const turnOf = (object: KubernetesObject): Turn =>
  isWorkload(object) ? 'workloads' : (KINDS.find(({ kind }) => kind === object.kind)?.turn ?? 'policies');

/** The objects of some kinds in a namespace; none of a kind that the API server does not have. */
export async function listKinds(
  cluster: Cluster,
  kinds: readonly Header[],
  namespace: string,
  selector?: string,
): Promise<readonly LiveObject[]> {
  const lists = await inParallel(kinds, async ({ apiVersion, kind }) =>
    (await cluster.serves(apiVersion, kind)) ? cluster.list<LiveObject>(apiVersion, kind, namespace, selector) : [],
  );
  return lists.flat();
}
