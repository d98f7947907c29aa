import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { hostCovers, isVisible, isWildcard } from '../names.ts';
import { groupKind, type MeshObject } from '../object.ts';
import { type DestinationRule, readDestinationRule } from './destination-rules.ts';
import { type Labels, labels } from './fields.ts';
import { type NetworkPolicy, readNetworkPolicy } from './network-policies.ts';
import { type AuthorizationPolicy, type PeerAuthentication, readAuthorizationPolicy, readPeerAuthentication } from './security-policies.ts';
import { append, LabelIndex, SelectorIndex } from './selection.ts';
import { type Host, readService, readServiceEntry } from './services.ts';
import { type Gateway, readGateway, readSidecar, type Sidecar } from './sidecars.ts';
import { type HttpRoute, readVirtualService, type VirtualService } from './virtual-services.ts';
import { autoscaled, readWorkload, type Workload } from './workloads.ts';

const WORKLOAD_KINDS = ['apps Deployment', 'apps StatefulSet', 'apps DaemonSet', 'apps ReplicaSet', 'argoproj.io Rollout', ' Pod'];
const NETWORKING = 'networking.istio.io';
const SECURITY = 'security.istio.io';

/** Pods by what policies select them by. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Labels;
  /** The workload that runs them, where the files contain it. */
  readonly workload?: Workload;
}

/** Objects as rules and explanations look at them: read once, found by name, host or label. */
export class Inventory {
  /** The index of each object. */
  readonly positions: ReadonlyMap<MeshObject, number>;
  readonly hosts: readonly Host[];
  readonly workloads: readonly Workload[];
  readonly virtualServices: readonly VirtualService[];
  readonly routes: readonly HttpRoute[];
  readonly destinationRules: readonly DestinationRule[];
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly sidecars: readonly Sidecar[];
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
  readonly peerAuthentications: readonly PeerAuthentication[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  /** `namespace/name` of ServiceAccounts, and of those that pods run as. */
  readonly serviceAccounts: ReadonlySet<string>;
  readonly workloadsByAccount: ReadonlyMap<string, readonly Workload[]>;
  readonly #exactHosts: ReadonlyMap<string, readonly Host[]>;
  readonly #wildcardHosts: readonly Host[];
  readonly #exactRules: ReadonlyMap<string, readonly DestinationRule[]>;
  readonly #wildcardRules: readonly DestinationRule[];
  readonly #podsByLabel: LabelIndex<Workload>;
  readonly #servicesByAnyPod: SelectorIndex<Host & { readonly selector: Labels }>;
  readonly #policiesByPod: SelectorIndex<AuthorizationPolicy>;
  readonly #peersByPod: SelectorIndex<PeerAuthentication>;
  readonly #sidecarsByPod: SelectorIndex<Sidecar>;

  constructor(objects: readonly MeshObject[]) {
    this.positions = new Map(objects.map((object, index) => [object, index]));
    const byKind = Map.groupBy(objects, groupKind);
    const read = <T>(kind: string, reader: (object: MeshObject) => T): readonly T[] => (byKind.get(kind) ?? []).map(reader);

    this.hosts = [...read(' Service', readService), ...read(`${NETWORKING} ServiceEntry`, readServiceEntry)];
    this.#exactHosts = byName(this.hosts, ({ hosts }) => hosts.filter((host) => !isWildcard(host)));
    this.#wildcardHosts = this.hosts.filter(({ hosts }) => hosts.some(isWildcard));
    this.#servicesByAnyPod = new SelectorIndex(this.hosts.flatMap((host) => (host.selector ? [{ ...host, selector: host.selector }] : [])));

    const least = autoscaled(byKind.get('autoscaling HorizontalPodAutoscaler') ?? []);
    const replicasOf = (kind: string, namespace: string, name: string) => least.get(`${kind} ${namespace}/${name}`);
    this.workloads = WORKLOAD_KINDS.flatMap((kind) => read(kind, (object) => readWorkload(object, replicasOf)));
    this.#podsByLabel = new LabelIndex(this.workloads);
    this.workloadsByAccount = byName(this.workloads, (one) => [accountOf(one)]);
    this.serviceAccounts = new Set([
      ...read(' ServiceAccount', ({ metadata }) => `${metadata?.namespace ?? 'default'}/${metadata?.name}`),
      ...this.workloadsByAccount.keys(),
    ]);

    this.virtualServices = read(`${NETWORKING} VirtualService`, readVirtualService);
    this.routes = this.virtualServices.flatMap(({ http }) => http);
    this.destinationRules = read(`${NETWORKING} DestinationRule`, readDestinationRule);
    this.#exactRules = byName(this.destinationRules, ({ host }) => (isWildcard(host) ? [] : [host]));
    this.#wildcardRules = this.destinationRules.filter(({ host }) => isWildcard(host)).sort((a, b) => b.host.length - a.host.length);
    this.gateways = new Map(read(`${NETWORKING} Gateway`, readGateway).map((gateway) => [gateway.key, gateway]));
    this.sidecars = read(`${NETWORKING} Sidecar`, readSidecar);
    this.#sidecarsByPod = new SelectorIndex(this.sidecars);

    this.authorizationPolicies = read(`${SECURITY} AuthorizationPolicy`, readAuthorizationPolicy);
    this.#policiesByPod = new SelectorIndex(this.authorizationPolicies.filter(({ targeted }) => !targeted));
    this.peerAuthentications = read(`${SECURITY} PeerAuthentication`, readPeerAuthentication);
    this.#peersByPod = new SelectorIndex(this.peerAuthentications);
    this.networkPolicies = read('networking.k8s.io NetworkPolicy', readNetworkPolicy);
    this.namespaceLabels = new Map(read(' Namespace', ({ metadata }) => [metadata?.name ?? '', labels(metadata?.labels)]));
  }

  /** The hosts with a full name, seen from a namespace. */
  hostsNamed(host: string, from: string): readonly Host[] {
    const seen = ({ namespace, exportTo }: Host) => isVisible(namespace, exportTo, from);
    const exact = (this.#exactHosts.get(host) ?? []).filter(seen);
    return exact.length > 0
      ? exact
      : this.#wildcardHosts.filter((one) => seen(one) && one.hosts.some((pattern) => hostCovers(pattern, host)));
  }

  /** The pods of a namespace that a selector means. */
  podsOf(namespace: string, selector: Labels): readonly Workload[] {
    return this.#podsByLabel.select(namespace, selector);
  }

  /** The pods behind a host. */
  podsBehind({ namespace, selector }: Host): readonly Workload[] {
    return selector ? this.podsOf(namespace, selector) : [];
  }

  /** A host's pods; where no object runs any, what their labels must be at least. */
  podsOrSelector(host: Host): readonly Pods[] {
    const pods = this.podsBehind(host).map((workload) => ({ namespace: workload.namespace, labels: workload.labels, workload }));
    return pods.length > 0 || !host.selector ? pods : [{ namespace: host.namespace, labels: host.selector }];
  }

  /** The Services that a workload's pods stand behind. */
  servicesOf({ namespace, labels: pods }: Pods): readonly Host[] {
    return this.#servicesByAnyPod.selecting(namespace, pods);
  }

  /** The rules that apply to a full name, seen from a namespace: the most specific ones. */
  rulesFor(host: string, from: string): readonly DestinationRule[] {
    const seen = ({ namespace, exportTo }: DestinationRule) => isVisible(namespace, exportTo, from);
    const exact = (this.#exactRules.get(host) ?? []).filter(seen);
    if (exact.length > 0) return exact;
    const widest = this.#wildcardRules.find((rule) => seen(rule) && hostCovers(rule.host, host));
    return widest ? [widest] : [];
  }

  /** The authorization policies that a pod's proxy obeys. */
  policiesOn({ namespace, labels: pods }: Pods): readonly AuthorizationPolicy[] {
    const spaces = namespace === ISTIO_NAMESPACE ? [namespace] : [namespace, ISTIO_NAMESPACE];
    return spaces.flatMap((space) => [...this.#policiesByPod.selecting(space, pods), ...this.#policiesByPod.open(space)]);
  }

  /** The mutual TLS that a pod asks of its callers: the policy that selects it, its namespace's, the mesh's, else PERMISSIVE. */
  mutualTlsOf({ namespace, labels: pods }: Pods, port: number): { readonly mode: string; readonly policy?: PeerAuthentication } {
    const own = this.#peersByPod.selecting(namespace, pods)[0];
    const ofPort = own?.portModes.get(port);
    if (ofPort && ofPort !== 'UNSET') return { mode: ofPort, ...(own ? { policy: own } : {}) };
    const policy = [own, this.#peersByPod.open(namespace)[0], this.#peersByPod.open(ISTIO_NAMESPACE)[0]].find(
      (one) => one && one.mode !== 'UNSET',
    );
    return policy ? { mode: policy.mode, policy } : { mode: 'PERMISSIVE' };
  }

  /** The Sidecar that a pod's proxy obeys: the one that selects it, its namespace's, the mesh's; undefined where it learns everything. */
  sidecarOf({ namespace, labels: pods }: Pods): Sidecar | undefined {
    return (
      this.#sidecarsByPod.selecting(namespace, pods)[0] ??
      this.#sidecarsByPod.open(namespace)[0] ??
      this.#sidecarsByPod.open(ISTIO_NAMESPACE)[0]
    );
  }
}

/** `platform/web` */
export const accountOf = ({ namespace, serviceAccount }: Workload): string => `${namespace}/${serviceAccount}`;

function byName<T>(items: readonly T[], namesOf: (item: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) for (const name of namesOf(item)) append(map, name, item);
  return map;
}

const read = new WeakMap<readonly MeshObject[], Inventory>();

/** The inventory of some objects, made once for all rules. */
export function inventoryOf({ objects }: { readonly objects: readonly MeshObject[] }): Inventory {
  const known = read.get(objects);
  if (known) return known;
  const made = new Inventory(objects);
  read.set(objects, made);
  return made;
}
