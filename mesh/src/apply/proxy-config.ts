/** A destination of a route with its part of the requests, in percent. */
export interface WeightedCluster {
  readonly cluster: string;
  readonly percent: number;
}

/** One route of a proxy: the fields that a VirtualService sets. */
export interface ProxyRoute {
  readonly name: string;
  /** The object that it was made from: `/apis/networking.istio.io/v1/namespaces/platform/virtual-service/web`. */
  readonly origin: string;
  /** Envoy's condition, as it stands. */
  readonly match: unknown;
  readonly clusters: readonly WeightedCluster[];
  /** `2s`; undefined where the route has none. */
  readonly timeout?: string;
  readonly retries?: { readonly attempts: number; readonly perTry?: string; readonly on: string };
}

/** A policy of the RBAC filter, by its name `ns[platform]-policy[web]-rule[0]`. */
export type RbacPolicies = ReadonlyMap<string, unknown>;

/** The running configuration of a proxy, read from its administration interface. */
export interface ProxyConfig {
  readonly routes: readonly ProxyRoute[];
  /** By name: `outbound|8080|v1|web.platform.svc.cluster.local`. */
  readonly clusters: ReadonlyMap<string, EnvoyCluster>;
  /** By cluster, how many of its endpoints are healthy. */
  readonly endpoints: ReadonlyMap<string, number>;
  readonly rbac: RbacPolicies;
  /** Whether it takes plain text at a port of its service. */
  readonly takesPlainText: boolean;
  /** Envoy's messages for the listeners that it rejected last. */
  readonly rejected: readonly string[];
}

/** The fields of Envoy's cluster that a DestinationRule sets. */
export interface EnvoyCluster {
  readonly name: string;
  readonly connect_timeout?: string;
  readonly circuit_breakers?: { readonly thresholds?: readonly { readonly max_connections?: number }[] };
  readonly outlier_detection?: Readonly<Record<string, unknown>>;
  readonly transport_socket?: unknown;
  readonly transport_socket_matches?: unknown;
}

interface EnvoyRoute {
  readonly name?: string;
  readonly match?: unknown;
  readonly metadata?: { readonly filter_metadata?: { readonly istio?: { readonly config?: string } } };
  readonly route?: {
    readonly cluster?: string;
    readonly weighted_clusters?: { readonly clusters?: readonly { readonly name: string; readonly weight?: number }[] };
    readonly timeout?: string;
    readonly retry_policy?: { readonly retry_on?: string; readonly num_retries?: number; readonly per_try_timeout?: string };
  };
}

interface Dump<T> {
  readonly configs?: readonly T[];
}
type RouteDump = Dump<{ readonly route_config?: { readonly virtual_hosts?: readonly { readonly routes?: readonly EnvoyRoute[] }[] } }>;
type ClusterDump = Dump<{ readonly cluster?: EnvoyCluster }>;
interface DynamicListener {
  readonly name: string;
  readonly active_state?: { readonly listener?: { readonly filter_chains?: readonly FilterChain[] } };
  readonly error_state?: { readonly details?: string };
}
interface FilterChain {
  readonly name?: string;
  readonly filter_chain_match?: { readonly destination_port?: number; readonly transport_protocol?: string };
  readonly filters?: readonly {
    readonly typed_config?: Filter & { readonly http_filters?: readonly { readonly typed_config?: Filter }[] };
  }[];
}
interface Filter {
  readonly rules?: { readonly policies?: Readonly<Record<string, unknown>> };
}
interface ClusterStatuses {
  readonly cluster_statuses?: readonly {
    readonly name: string;
    readonly host_statuses?: readonly { readonly health_status?: { readonly eds_health_status?: string } }[];
  }[];
}

/** The questions to a proxy's administration interface, and how to read each answer. */
export const questions = {
  routes: '/config_dump?resource=dynamic_route_configs',
  clusters: '/config_dump?resource=dynamic_active_clusters',
  listeners: '/config_dump?resource=dynamic_listeners',
  endpoints: '/clusters?format=json',
} as const;

export function readRoutes(text: string): readonly ProxyRoute[] {
  const hosts = ((JSON.parse(text) as RouteDump).configs ?? []).flatMap(({ route_config }) => route_config?.virtual_hosts ?? []);
  return hosts.flatMap(({ routes = [] }) => routes.map(readRoute));
}

function readRoute({ name = '', match, metadata, route }: EnvoyRoute): ProxyRoute {
  const { timeout, retry_policy: retry } = route ?? {};
  return {
    name,
    origin: metadata?.filter_metadata?.istio?.config ?? '',
    match,
    clusters: weighted(route),
    ...(timeout ? { timeout } : {}),
    ...(retry
      ? {
          retries: {
            attempts: retry.num_retries ?? 1,
            ...(retry.per_try_timeout ? { perTry: retry.per_try_timeout } : {}),
            on: retry.retry_on ?? '',
          },
        }
      : {}),
  };
}

function weighted(route: EnvoyRoute['route']): WeightedCluster[] {
  if (route?.cluster) return [{ cluster: route.cluster, percent: 100 }];
  return (route?.weighted_clusters?.clusters ?? []).map(({ name, weight = 0 }) => ({ cluster: name, percent: weight }));
}

export function readClusters(text: string): ProxyConfig['clusters'] {
  const found = ((JSON.parse(text) as ClusterDump).configs ?? []).flatMap(({ cluster }) => cluster ?? []);
  return new Map(found.map((cluster) => [cluster.name, cluster]));
}

export function readEndpoints(text: string): ProxyConfig['endpoints'] {
  const statuses = (JSON.parse(text) as ClusterStatuses).cluster_statuses ?? [];
  const healthy = (hosts: NonNullable<ClusterStatuses['cluster_statuses']>[number]['host_statuses']) =>
    (hosts ?? []).filter(({ health_status }) => (health_status?.eds_health_status ?? 'HEALTHY') === 'HEALTHY').length;
  return new Map(statuses.map(({ name, host_statuses }) => [name, healthy(host_statuses)]));
}

export function readListeners(text: string): Pick<ProxyConfig, 'rbac' | 'takesPlainText' | 'rejected'> {
  const listeners = (JSON.parse(text) as Dump<DynamicListener>).configs ?? [];
  const inbound = listeners.find(({ name }) => name === 'virtualInbound')?.active_state?.listener?.filter_chains ?? [];
  const filters = inbound
    .flatMap((chain) => chain.filters ?? [])
    .flatMap(({ typed_config }) => [typed_config, ...(typed_config?.http_filters ?? []).map((filter) => filter.typed_config)]);
  const policies = filters.flatMap((filter) => Object.entries(filter?.rules?.policies ?? {}));
  return {
    // Each filter chain has the same policy: complete in HTTP chains, without HTTP attributes in TCP chains.
    rbac: new Map(policies.sort(([, a], [, b]) => JSON.stringify(a).length - JSON.stringify(b).length)),
    takesPlainText: inbound.some((chain) => chain.filter_chain_match?.transport_protocol === 'raw_buffer'),
    rejected: listeners.flatMap(({ error_state }) => error_state?.details?.trim() ?? []),
  };
}
