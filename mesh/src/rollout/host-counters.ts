import type { Counters, ProxyCounters } from './counters.ts';

/**
 * What each proxy counts of a cluster's hosts, also where its `proxyStatsMatcher` admits no statistics: attempts, and those of them with 5xx.
 * Neither retries, 4xx, latency nor gRPC statuses. https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--clusters
 */
export const HOSTS_QUESTION = '/clusters?format=json';

interface Clusters {
  readonly cluster_statuses?: readonly {
    readonly name: string;
    readonly host_statuses?: readonly {
      readonly address?: { readonly socket_address?: { readonly address?: string; readonly port_value?: number } };
      /** A value of 0 is missing. */
      readonly stats?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  }[];
}

const NAME = /^outbound\|\d+\|([^|]+)\|(.+)$/;

/** Reads the answer for a service, by its full name. One entry for each host, `v1 10.244.0.21:8080`: a pod that is replaced counts from 0. */
export function readHostCounters(text: string, host: string, uptime: number): ProxyCounters {
  const { cluster_statuses: clusters = [] } = JSON.parse(text) as Clusters;
  const hosts = clusters.flatMap(({ name, host_statuses: statuses = [] }) => {
    const [, version, of] = NAME.exec(name) ?? [];
    if (!version || of !== host) return [];
    return statuses.map(({ address: { socket_address: at } = {}, stats = [] }) => {
      const count = (what: string) => Number(stats.find((stat) => stat.name === what)?.value ?? 0);
      const [succeeded, failed, timeouts] = [count('rq_success'), count('rq_error'), count('rq_timeout')];
      const failures = Math.max(failed, timeouts); // the last attempt that timed out is in both
      const counters: Counters = { ...NOTHING, answers: succeeded + failures, failures };
      return [`${version} ${at?.address}:${at?.port_value}`, counters] as const;
    });
  });
  return { uptime, versions: new Map(hosts) };
}

const NOTHING: Counters = { answers: 0, failures: 0, clientErrors: 0, retried: 0, timeouts: 0, latency: new Map(), onlyAttempts: true };

/** The counters of the hosts of each version, added up. */
export function byVersion(hosts: ReadonlyMap<string, Counters>): ReadonlyMap<string, Counters> {
  const sums = new Map<string, Counters>();
  for (const [key, counters] of hosts) {
    const version = key.split(' ')[0] ?? '';
    const sum = sums.get(version);
    sums.set(version, sum ? { ...sum, answers: sum.answers + counters.answers, failures: sum.failures + counters.failures } : counters);
  }
  return sums;
}
