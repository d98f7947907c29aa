import { type HostCounters, readCountersByHost, STATISTICS } from '@mesh-platform/mesh';

/** What one proxy counted since it started: as a caller, by host, and as a callee. */
export interface ProxyStatistics extends HostCounters {
  /** Whether it has a connection to istiod. Without one it keeps its last configuration. */
  readonly connected: boolean;
  /** Requests that its policies refused. */
  readonly refusedRequests: number;
  readonly refusedConnections: number;
  readonly handshakes: number;
  readonly failedHandshakes: number;
}

const FILTER =
  `^(server\\.uptime|cluster\\.outbound\\|[0-9]+\\|[^|]+\\|[^;]+;\\.(${STATISTICS})` +
  '|cluster\\.xds-grpc;\\.upstream_cx_active|http\\.inbound_[^;]+;\\.rbac\\.denied|tcp\\.rbac\\.denied' +
  '|listener\\.0\\.0\\.0\\.0_15006\\.ssl\\.(handshake|connection_error|fail_verify_[a-z_]+))$';

/** The question to a proxy's administration interface for everything that the view shows of it, except for TCP connections. */
export const STATISTICS_QUESTION = `/stats?format=json&usedonly&histogram_buckets=cumulative&filter=${encodeURIComponent(FILTER)}`;

interface Stat {
  readonly name?: string;
  readonly value?: number;
}

/** Reads the answer. What a proxy does not count is 0. */
export function readStatistics(text: string): ProxyStatistics {
  const { stats = [] } = JSON.parse(text) as { readonly stats?: readonly Stat[] };
  const sum = (pattern: RegExp): number => stats.reduce((total, { name = '', value = 0 }) => total + (pattern.test(name) ? value : 0), 0);
  return {
    ...readCountersByHost(text),
    connected: sum(/^cluster\.xds-grpc;/) > 0,
    refusedRequests: sum(/^http\.inbound_/),
    refusedConnections: sum(/^tcp\.rbac\.denied$/),
    handshakes: sum(/\.ssl\.handshake$/),
    failedHandshakes: sum(/\.ssl\.(connection_error|fail_verify)/),
  };
}

/** The question for the connections to each host: Envoy counts them in any installation. */
export const CONNECTIONS_QUESTION = '/clusters?format=json&filter=outbound';

interface Clusters {
  readonly cluster_statuses?: readonly {
    readonly name?: string;
    readonly host_statuses?: readonly { readonly stats?: readonly { readonly name?: string; readonly value?: string }[] }[];
  }[];
}

/** Connections of a proxy to one host. */
export interface Connections {
  /** Since the proxy started. An endpoint that is gone takes its count with it. */
  readonly opened: number;
  /** Those that are open now. */
  readonly open: number;
}

/** The connections of a proxy by host. */
export function readConnections(text: string): ReadonlyMap<string, Connections> {
  const { cluster_statuses: clusters = [] } = JSON.parse(text) as Clusters;
  const found = new Map<string, Connections>();
  for (const { name = '', host_statuses: endpoints = [] } of clusters) {
    const [, , , host] = name.split('|');
    if (!host) continue;
    const statistics = endpoints.flatMap(({ stats = [] }) => stats);
    const sum = (wanted: string) => statistics.reduce((total, stat) => total + (stat.name === wanted ? Number(stat.value ?? 0) : 0), 0);
    const { opened = 0, open = 0 } = found.get(host) ?? {};
    found.set(host, { opened: opened + sum('cx_total'), open: open + sum('cx_active') });
  }
  return found;
}
