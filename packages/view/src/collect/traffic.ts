import { type Counters, countedBetween } from '@mesh-platform/mesh';
import type { VersionTraffic } from '../snapshot.ts';
import type { Connections, ProxyStatistics } from './proxy-statistics.ts';

/** The span of which a rate is the mean. */
const RATE_MS = 10_000;

/** What was read of one proxy at one moment. `connections` by host, where it was asked for them. */
export interface Reading {
  readonly proxy: string;
  /** The service of its pod; `gateway` for a gateway. */
  readonly caller: string;
  readonly statistics: ProxyStatistics;
  readonly connections?: ReadonlyMap<string, Connections>;
}

/** Sums of one caller's calls to one callee. */
export interface CallSums {
  readonly rate: number;
  readonly versions: readonly VersionTraffic[];
  /** Opened since the view was. */
  readonly connections: number;
  /** Open now. */
  readonly open: number;
}

interface Sums {
  readonly versions: Map<string, Counters>;
  connections: number;
  /** Open connections by proxy. */
  readonly open: Map<string, number>;
  /** When so many requests had been counted, for the rate. */
  readonly history: { readonly at: number; readonly answers: number }[];
}

const NOTHING: Counters = { answers: 0, failures: 0, clientErrors: 0, retried: 0, timeouts: 0, latency: new Map() };

/** Adds up what the proxies of every caller counted since the view was opened, whichever pods came and went. */
export class Traffic {
  readonly #openedAt: number;
  readonly #read = new Map<string, Reading>();
  readonly #sums = new Map<string, Sums>();

  /** Milliseconds since 1970. */
  constructor(openedAt: number) {
    this.#openedAt = openedAt;
  }

  /** Adds what a proxy counted since its reading before. One that is read for the first time counts from its start if it started later than the view. */
  add(reading: Reading, now: number): void {
    const before = this.#read.get(reading.proxy);
    this.#read.set(reading.proxy, reading);
    for (const [host, { open }] of reading.connections ?? []) this.#sumsOf(reading.caller, host).open.set(reading.proxy, open);
    const isNew = before === undefined && now - reading.statistics.uptime * 1000 > this.#openedAt;
    if (!before && !isNew) return;
    const restarted = before !== undefined && reading.statistics.uptime < before.statistics.uptime;
    for (const [host, versions] of reading.statistics.hosts) {
      const earlier = before?.statistics.hosts.get(host);
      const counted = countedBetween(before && { uptime: before.statistics.uptime, versions: earlier ?? new Map() }, {
        uptime: reading.statistics.uptime,
        versions,
      });
      const sums = this.#sumsOf(reading.caller, host);
      for (const [version, counters] of counted) sums.versions.set(version, plus(sums.versions.get(version) ?? NOTHING, counters));
    }
    for (const [host, { opened }] of reading.connections ?? []) {
      const earlier = restarted ? 0 : (before?.connections?.get(host)?.opened ?? (isNew ? 0 : opened));
      this.#sumsOf(reading.caller, host).connections += Math.max(0, opened - earlier);
    }
  }

  /** Closes a round of readings: the rates are those up to now. */
  tick(now: number): void {
    for (const { versions, history } of this.#sums.values()) {
      history.push({ at: now, answers: answersOf(versions) });
      while (history.length > 2 && (history[1]?.at ?? now) <= now - RATE_MS) history.shift();
    }
  }

  /** Forgets a proxy whose pod is gone; what it counted stays. */
  forget(isPresent: (proxy: string) => boolean): void {
    for (const proxy of this.#read.keys()) {
      if (isPresent(proxy)) continue;
      this.#read.delete(proxy);
      for (const { open } of this.#sums.values()) open.delete(proxy);
    }
  }

  /** The hosts that a caller has called or may call. */
  hostsOf(caller: string): readonly string[] {
    return [...this.#sums.keys()].flatMap((key) => (key.startsWith(`${caller}|`) ? [key.slice(caller.length + 1)] : []));
  }

  /** The sums of a call; zeros where there was none. */
  call(caller: string, host: string): CallSums {
    const sums = this.#sums.get(`${caller}|${host}`);
    if (!sums) return { rate: 0, versions: [], connections: 0, open: 0 };
    const [first, last] = [sums.history[0], sums.history.at(-1)];
    const span = first && last ? last.at - first.at : 0;
    return {
      rate: first && last && span > 0 ? ((last.answers - first.answers) * 1000) / span : 0,
      versions: [...sums.versions].map(([version, counters]) => trafficOf(version, counters)),
      connections: sums.connections,
      open: [...sums.open.values()].reduce((total, open) => total + open, 0),
    };
  }

  /** Answers by version of a host, from all of its callers. */
  answers(host: string): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const [key, { versions }] of this.#sums)
      if (key.endsWith(`|${host}`)) for (const [version, { answers }] of versions) found.set(version, (found.get(version) ?? 0) + answers);
    return found;
  }

  #sumsOf(caller: string, host: string): Sums {
    const key = `${caller}|${host}`;
    const sums = this.#sums.get(key) ?? { versions: new Map(), connections: 0, open: new Map(), history: [] };
    this.#sums.set(key, sums);
    return sums;
  }
}

const answersOf = (versions: ReadonlyMap<string, Counters>): number =>
  [...versions.values()].reduce((sum, { answers }) => sum + answers, 0);

const plus = (a: Counters, b: Counters): Counters => ({
  answers: a.answers + b.answers,
  failures: a.failures + b.failures,
  clientErrors: a.clientErrors + b.clientErrors,
  retried: a.retried + b.retried,
  timeouts: a.timeouts + b.timeouts,
  latency: new Map([...new Set([...a.latency.keys(), ...b.latency.keys()])].map((bound) => [bound, (a.latency.get(bound) ?? 0) + (b.latency.get(bound) ?? 0)])), // biome-ignore format: one step
});

function trafficOf(version: string, { answers, failures, clientErrors, retried, latency }: Counters): VersionTraffic {
  const [p50, p99] = [quantile(latency, 0.5), quantile(latency, 0.99)];
  return {
    version,
    answers,
    failures,
    clientErrors,
    retried,
    ...(p50 === undefined ? {} : { p50 }),
    ...(p99 === undefined ? {} : { p99 }),
  };
}

/** The upper bound of the bucket in which a quantile lies; undefined without a response. Buckets are cumulative. */
export function quantile(latency: ReadonlyMap<number, number>, part: number): number | undefined {
  const buckets = [...latency].toSorted(([a], [b]) => a - b);
  const total = buckets.at(-1)?.[1] ?? 0;
  return total > 0 ? buckets.find(([, count]) => count >= part * total)?.[0] : undefined;
}
