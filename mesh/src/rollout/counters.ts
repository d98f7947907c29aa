import { kept } from '../kept.ts';

/**
 * What one proxy counted of its requests to a version of a service. Envoy counts from the proxy's start:
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats
 */
export interface Counters {
  /** Final answers, those of the proxy itself included. */
  readonly answers: number;
  /** Final answers that mean a failure: 5xx, or a gRPC status that does. */
  readonly failures: number;
  /** Final answers that mean a mistake of the caller: 4xx, or a gRPC status that does. */
  readonly clientErrors: number;
  /** Attempts that failed and were retried. */
  readonly retried: number;
  readonly timeouts: number;
  /** By the upper bound of a bucket in milliseconds, how many responses took at most as long. */
  readonly latency: ReadonlyMap<number, number>;
  /** Set where these are attempts, of which nothing but their failures is known. */
  readonly onlyAttempts?: true;
}

/** The counters of one proxy, by version, and how many seconds it runs. */
export interface ProxyCounters {
  readonly uptime: number;
  readonly versions: ReadonlyMap<string, Counters>;
}

interface Statistics {
  readonly stats?: readonly (Counter | { readonly histograms: Histograms })[];
}
interface Counter {
  readonly name: string;
  readonly value: number;
}
type Histograms = readonly {
  readonly name: string;
  readonly buckets: readonly { readonly upper_bound: number; readonly cumulative: number }[];
}[];

/** gRPC's statuses that are the server's fault, https://grpc.io/docs/guides/status-codes: UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, … */
const GRPC_FAILURES = new Set([2, 4, 8, 12, 13, 14, 15]);
/** Those that are the caller's: INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, ABORTED, … */
const GRPC_CLIENT_ERRORS = new Set([3, 5, 6, 7, 9, 10, 11, 16]);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The names of the statistics, as a regular expression; `proxyStatsMatcher` in infra/istio/base.yaml admits them. */
export const STATISTICS = 'upstream_rq_(completed|4xx|5xx|timeout|retry|time)|grpc\\.[0-9]+';

/** The question to a proxy's administration interface: only what is judged of the service, at any port. `host` is its full name. */
export function countersQuestion(host: string): string {
  const filter = `^(server\\.uptime|cluster\\.outbound\\|[0-9]+\\|[^|]+\\|${escaped(host)};\\.(${STATISTICS}))$`;
  return `/stats?format=json&histogram_buckets=cumulative&filter=${encodeURIComponent(filter)}`;
}

const NAME = /^cluster\.outbound\|\d+\|([^|]+)\|([^;]+);\.(upstream_rq_\w+|grpc\.\d+)$/;

/** Reads the answer. A version that the proxy counts nothing of is missing. */
export function readCounters(text: string): ProxyCounters {
  const hosts = readCountersByHost(text);
  return { uptime: hosts.uptime, versions: new Map([...hosts.hosts.values()].flatMap((versions) => [...versions])) };
}

/** The counters of one proxy, by full host name and version. */
export interface HostCounters {
  readonly uptime: number;
  readonly hosts: ReadonlyMap<string, ReadonlyMap<string, Counters>>;
}

/** Reads an answer about several hosts, such as one to a question without a host. */
export function readCountersByHost(text: string): HostCounters {
  const { stats = [] } = JSON.parse(text) as Statistics;
  const counted = stats.filter((stat): stat is Counter => 'name' in stat);
  const found = new Map<string, Map<string, Read>>();
  const readOf = (host: string, version: string): Read => {
    const versions = kept(found, host, () => new Map<string, Read>());
    return kept(versions, version, () => ({ values: new Map(), latency: new Map() }));
  };
  for (const { name, value } of counted) {
    const [, version, host, what] = NAME.exec(name) ?? [];
    if (!version || !host || !what) continue;
    const { values } = readOf(host, version);
    values.set(what, (values.get(what) ?? 0) + value);
  }
  for (const { name, buckets } of stats.flatMap((stat) => ('histograms' in stat ? stat.histograms : []))) {
    const [, version, host] = NAME.exec(name) ?? [];
    if (!version || !host) continue;
    const { latency } = readOf(host, version);
    for (const { upper_bound: bound, cumulative } of buckets) latency.set(bound, (latency.get(bound) ?? 0) + cumulative);
  }
  const hosts = new Map(
    [...found].map(([host, versions]) => [host, new Map([...versions].map(([version, read]) => [version, countersOf(read.values, read.latency)]))]), // biome-ignore format: one step
  );
  return { uptime: counted.find(({ name }) => name === 'server.uptime')?.value ?? 0, hosts };
}

interface Read {
  readonly values: Map<string, number>;
  readonly latency: Map<number, number>;
}

function countersOf(values: ReadonlyMap<string, number>, latency: ReadonlyMap<number, number>): Counters {
  const grpc = [...values].flatMap(([name, value]) => (name.startsWith('grpc.') ? [[Number(name.slice(5)), value] as const] : []));
  const sumOf = (statuses: ReadonlySet<number>) => grpc.reduce((sum, [status, value]) => sum + (statuses.has(status) ? value : 0), 0);
  const total = (name: string) => values.get(`upstream_rq_${name}`) ?? 0;
  // A gRPC call that failed is a 200 to HTTP, so where statuses are counted, only they count.
  const isGrpc = grpc.some(([, value]) => value > 0);
  return {
    answers: isGrpc ? grpc.reduce((sum, [, value]) => sum + value, 0) : total('completed'),
    failures: isGrpc ? sumOf(GRPC_FAILURES) : total('5xx'),
    clientErrors: isGrpc ? sumOf(GRPC_CLIENT_ERRORS) : total('4xx'),
    retried: total('retry'),
    timeouts: total('timeout'),
    latency,
  };
}

/**
 * What was counted between two reads of one proxy; all of the second one where the counters began at 0 in between: of every version with the
 * proxy, of one version where its cluster was removed and added again.
 */
export function countedBetween(before: ProxyCounters | undefined, after: ProxyCounters): ReadonlyMap<string, Counters> {
  const isSame = before !== undefined && after.uptime >= before.uptime;
  return new Map(
    [...after.versions].map(([version, counters]) => {
      const earlier = isSame ? before.versions.get(version) : undefined;
      return [version, earlier && earlier.answers <= counters.answers ? difference(earlier, counters) : counters];
    }),
  );
}

function difference(before: Counters, after: Counters): Counters {
  const since = (name: 'answers' | 'failures' | 'clientErrors' | 'retried' | 'timeouts') => Math.max(0, after[name] - before[name]);
  return {
    ...after,
    answers: since('answers'),
    failures: since('failures'),
    clientErrors: since('clientErrors'),
    retried: since('retried'),
    timeouts: since('timeouts'),
    latency: new Map([...after.latency].map(([bound, count]) => [bound, Math.max(0, count - (before.latency.get(bound) ?? 0))])),
  };
}
