import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { kept } from '../kept.ts';
import { canonicalHost, isVisible, partsOfHost } from '../names.ts';
import { groupKind, identityOf, type MeshObject } from '../object.ts';
import { type DestinationRule, readDestinationRule } from './destination-rules.ts';
import { isUnplaced, type Labels, labels, named } from './fields.ts';
import { GatewayPods } from './gateway-pods.ts';
import { type Gateway, readGateway } from './gateways.ts';
import { HostPatterns } from './host-patterns.ts';
import { type NetworkPolicy, readNetworkPolicy } from './network-policies.ts';
import { POLICY_KINDS, type Policy, readPolicy } from './policies.ts';
import { readSecret, SECRET_KINDS } from './secrets.ts';
import { type AuthorizationPolicy, type PeerAuthentication, readAuthorizationPolicy, readPeerAuthentication } from './security-policies.ts';
import { append, LabelIndex, SelectorIndex } from './selection.ts';
import { type Host, readService, readServiceEntry } from './services.ts';
import { readSidecar, type Sidecar } from './sidecars.ts';
import { type HttpRoute, readVirtualService, type VirtualService } from './virtual-services.ts';
import { autoscaled, EXTERNAL_KINDS, isJob, readExternalWorkload, readWorkload, WORKLOAD_KINDS, type Workload } from './workloads.ts';

const NETWORKING = 'networking.istio.io';
const SECURITY = 'security.istio.io';

/** Pods by what policies select them by. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Labels;
  /** The workload that runs them, where the files contain it. */
  readonly workload?: Workload;
}

/** The pods of a workload. */
export const podsOf = (workload: Workload): Pods => ({ namespace: workload.namespace, labels: workload.labels, workload });

/** Objects as rules and explanations look at them: read once, found by name, host or label. */
export class Inventory {
  /** As they were given. What is read of them is, of objects with one name, the last, as kubectl applies it. */
  readonly objects: readonly MeshObject[];
  /** The index of each object. */
  readonly positions: ReadonlyMap<MeshObject, number>;
  readonly hosts: readonly Host[];
  readonly workloads: readonly Workload[];
  readonly virtualServices: readonly VirtualService[];
  readonly routes: readonly HttpRoute[];
  readonly destinationRules: readonly DestinationRule[];
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly gatewayPods: GatewayPods;
  readonly sidecars: readonly Sidecar[];
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
  readonly peerAuthentications: readonly PeerAuthentication[];
  readonly requestAuthentications: readonly Policy[];
  readonly networkPolicies: readonly NetworkPolicy[];
  /** Every object that selects workloads to configure their proxies. */
  readonly policies: readonly Policy[];
  /** Names of Secrets, and of those that controllers make, by namespace. */
  readonly secrets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  /** ServiceAccounts, and those that pods run as, by namespace. */
  readonly serviceAccounts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Namespaces of which the files contain a ServiceAccount. */
  readonly namespacesWithAccounts: ReadonlySet<string>;
  readonly workloadsByAccount: ReadonlyMap<string, readonly Workload[]>;
  readonly #hostsByName: HostPatterns<Host>;
  readonly #rulesByHost: HostPatterns<DestinationRule>;
  readonly #described: ReadonlySet<string>;
  readonly #servicesByName: ReadonlyMap<string, readonly Host[]>;
  readonly #podsByLabel: LabelIndex<Workload>;
  readonly #servicesByAnyPod: SelectorIndex<Host & { readonly selector: Labels }>;
  readonly #policiesByPod: SelectorIndex<AuthorizationPolicy>;
  readonly #peersByPod: SelectorIndex<PeerAuthentication>;
  readonly #sidecarsByPod: SelectorIndex<Sidecar>;

  constructor(objects: readonly MeshObject[]) {
    this.objects = objects;
    this.positions = new Map(objects.map((object, index) => [object, index]));
    const byKind = Map.groupBy(objects, groupKind);
    const read = <T>(kind: string, reader: (object: MeshObject) => T): readonly T[] => withoutReplaced(byKind.get(kind) ?? []).map(reader);

    this.hosts = [...read(' Service', readService), ...read(`${NETWORKING} ServiceEntry`, readServiceEntry)];
    this.#hostsByName = new HostPatterns(this.hosts, ({ hosts }) => hosts.map(canonicalHost));
    this.#described = new Set(this.hosts.map(({ namespace }) => namespace));
    this.#servicesByName = byName(this.hosts, ({ name, isService }) => (isService ? [name] : []));
    this.#servicesByAnyPod = new SelectorIndex(this.hosts.flatMap((host) => (host.selector ? [{ ...host, selector: host.selector }] : [])));

    const least = autoscaled(byKind.get('autoscaling HorizontalPodAutoscaler') ?? []);
    const replicasOf = (kind: string, namespace: string, name: string) => least.get(`${kind} ${namespace}/${name}`);
    this.workloads = [
      ...WORKLOAD_KINDS.flatMap((kind) => read(kind, (object) => readWorkload(object, replicasOf))),
      ...EXTERNAL_KINDS.flatMap((kind) => read(kind, readExternalWorkload)),
    ];
    this.#podsByLabel = new LabelIndex(this.workloads);
    this.workloadsByAccount = byName(this.workloads, (one) => [accountOf(one)]);
    const accounts = read(' ServiceAccount', named);
    this.namespacesWithAccounts = new Set(accounts.map(({ namespace }) => namespace));
    const used = this.workloads.map(({ namespace, serviceAccount }) => ({ namespace, name: serviceAccount }));
    this.serviceAccounts = new Map(
      [...Map.groupBy([...accounts, ...used], ({ namespace }) => namespace)].map(([namespace, all]) => [
        namespace,
        new Set(all.map(({ name }) => name)),
      ]),
    );

    this.virtualServices = read(`${NETWORKING} VirtualService`, readVirtualService);
    this.routes = this.virtualServices.flatMap(({ http }) => http);
    this.destinationRules = read(`${NETWORKING} DestinationRule`, readDestinationRule);
    this.#rulesByHost = new HostPatterns(this.destinationRules, ({ host }) => [canonicalHost(host)]);
    this.gateways = new Map(read(`${NETWORKING} Gateway`, readGateway).map((gateway) => [gateway.key, gateway]));
    this.gatewayPods = new GatewayPods([...this.gateways.values()], this.workloads);
    this.sidecars = read(`${NETWORKING} Sidecar`, readSidecar);
    this.#sidecarsByPod = new SelectorIndex(this.sidecars);

    this.authorizationPolicies = read(`${SECURITY} AuthorizationPolicy`, readAuthorizationPolicy);
    this.#policiesByPod = new SelectorIndex(this.authorizationPolicies.filter(({ targeted }) => !targeted));
    this.peerAuthentications = read(`${SECURITY} PeerAuthentication`, readPeerAuthentication);
    this.#peersByPod = new SelectorIndex(this.peerAuthentications);
    this.requestAuthentications = read(`${SECURITY} RequestAuthentication`, readPolicy);
    this.networkPolicies = read('networking.k8s.io NetworkPolicy', readNetworkPolicy);
    this.policies = POLICY_KINDS.flatMap((kind) => read(kind, readPolicy));
    this.secrets = new Map(
      [
        ...Map.groupBy(
          SECRET_KINDS.flatMap((kind) => read(kind, readSecret)),
          ({ namespace }) => namespace,
        ),
      ].map(([namespace, all]) => [namespace, new Set(all.map(({ name }) => name))]),
    );
    this.namespaceLabels = new Map(read(' Namespace', ({ metadata }) => [metadata?.name ?? '', labels(metadata?.labels)]));
  }

  /** The hosts with a full name, seen from a namespace. */
  hostsNamed(host: string, from: string): readonly Host[] {
    const seen = ({ namespace, exportTo }: Host) => isVisible(namespace, exportTo, from);
    const exact = this.hostsCalled(host).filter(seen);
    return exact.length > 0 ? exact : this.#hostsByName.byPattern(host).filter(seen);
  }

  /** The hosts with a full name, whoever sees them. */
  hostsCalled(host: string): readonly Host[] {
    return this.#hostsByName.exactly(canonicalHost(host));
  }

  /** Whether the files show which hosts a namespace has: they contain one of its Services or ServiceEntries. */
  describesHosts(namespace: string): boolean {
    return this.#described.has(namespace);
  }

  /** The Services of a name, in any namespace. */
  servicesNamed(name: string): readonly Host[] {
    return this.#servicesByName.get(name) ?? [];
  }

  /** The pods of a namespace that a selector means. */
  podsOf(namespace: string, selector: Labels): readonly Workload[] {
    return this.#podsByLabel.select(namespace, selector);
  }

  /** The pods behind a host. */
  podsBehind({ namespace, selector }: Host): readonly Workload[] {
    return selector ? this.podsOf(namespace, selector).filter((pod) => !isJob(pod)) : [];
  }

  /** A host's pods; where no object runs any, what their labels must be at least. */
  podsOrSelector(host: Host): readonly Pods[] {
    const pods = this.podsBehind(host).map(podsOf);
    return pods.length > 0 || !host.selector ? pods : [{ namespace: host.namespace, labels: host.selector }];
  }

  /** The Services that a workload's pods stand behind. */
  servicesOf({ namespace, labels: pods }: Pods): readonly Host[] {
    return this.#servicesByAnyPod.selecting(namespace, pods);
  }

  /**
   * The rules that apply to a full name, seen from a namespace: the most specific ones of that namespace, else of the Service's, else of Istio's.
   * https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration
   */
  rulesFor(host: string, from: string): readonly DestinationRule[] {
    const seen = this.rulesCovering(host).filter(({ namespace, exportTo }) => isVisible(namespace, exportTo, from));
    const [first] = seen;
    if (!first) return [];
    const spaces = [from, ...this.hostsCalled(host).map(({ namespace }) => namespace), partsOfHost(host)?.namespace, ISTIO_NAMESPACE];
    // a host that no file describes has its Service in an unknown namespace
    const isKnown = this.hostsCalled(host).length > 0 || partsOfHost(host) !== undefined;
    const own = from === ISTIO_NAMESPACE ? spaces.slice(1) : spaces;
    const placed = own.flatMap((space) => seen.find(({ namespace }) => namespace === space) ?? [])[0];
    const best = placed ?? (isKnown ? seen.find(isUnplaced) : first);
    return best ? seen.filter(({ namespace, host: pattern }) => namespace === best.namespace && pattern === best.host) : [];
  }

  /** The rules that mean a host, in any namespace, the most specific first. */
  rulesCovering(host: string): readonly DestinationRule[] {
    const canonical = canonicalHost(host);
    return [...this.#rulesByHost.exactly(canonical), ...this.#rulesByHost.byPattern(canonical)];
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

/** The last of those with one name, in their order; one that the server is to name is never another's. */
function withoutReplaced(objects: readonly MeshObject[]): readonly MeshObject[] {
  const last = new Map(objects.map((object) => [object.metadata?.name ? identityOf(object) : object, object]));
  return last.size === objects.length ? objects : [...last.values()];
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
export const inventoryOf = ({ objects }: { readonly objects: readonly MeshObject[] }): Inventory =>
  kept(read, objects, () => new Inventory(objects));
