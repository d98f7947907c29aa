import type { Counters } from './counters.ts';
import type { Counted, Stratum } from './hypergeometric.ts';
import type { Strata } from './metrics.ts';

/** The bounds in milliseconds above which a response counts as slow; undefined until the baseline has answered often enough to know. */
export interface SlowBounds {
  readonly slow: number | undefined;
  readonly slowest: number | undefined;
}

/** Responses of the baseline that make its quantiles known. */
const KNOWN = { slow: 50, slowest: 200 } as const;
const QUANTILES = { slow: 0.9, slowest: 0.99 } as const;
/**
 * A response within 25 ms, a bound of Envoy's buckets, is never slow. Seen: with a fifth of 40 requests a second, an equal version had 9 % of its
 * responses above 5 ms and the baseline 6 %, since a pod with less traffic finds its caches and connections colder.
 */
const NEVER_SLOW_MS = 25;

/**
 * The bounds of the proxies' buckets, from 25 ms, that leave at most 10 % and 1 % of the baseline's responses above them. They are taken from what was
 * counted before the poll that they judge, so that the poll's own chance cannot choose them.
 */
export function slowBounds(baseline: ReadonlyMap<number, number>): SlowBounds {
  const bounds = [...baseline].toSorted(([a], [b]) => a - b);
  const total = bounds.at(-1)?.[1] ?? 0;
  const boundOf = (kind: keyof SlowBounds) =>
    total < KNOWN[kind] ? undefined : bounds.find(([bound, count]) => bound >= NEVER_SLOW_MS && count >= QUANTILES[kind] * total)?.[0];
  return { slow: boundOf('slow'), slowest: boundOf('slowest') };
}

const NOTHING: Counters = { answers: 0, failures: 0, clientErrors: 0, retried: 0, timeouts: 0, latency: new Map() };

/** What one caller's counts of one poll add to each metric. */
export function strataOf(counted: ReadonlyMap<string, Counters>, canary: string, baseline: string, { slow, slowest }: SlowBounds): Strata {
  const [ofCanary, ofBaseline] = [counted.get(canary) ?? NOTHING, counted.get(baseline) ?? NOTHING];
  const stratum = (count: (counters: Counters) => Counted): Stratum => ({ canary: count(ofCanary), baseline: count(ofBaseline) });
  if (ofCanary.onlyAttempts || ofBaseline.onlyAttempts) return { attempts: stratum(({ answers, failures }) => counts(answers, failures)) };
  return {
    failures: stratum(({ answers, failures }) => counts(answers, failures)),
    attempts: stratum(({ answers, failures, retried }) => counts(answers + retried, failures + retried)),
    clientErrors: stratum(({ answers, clientErrors }) => counts(answers, clientErrors)),
    ...(slow === undefined ? {} : { slow: stratum((counters) => slowerThan(slow, counters)) }),
    ...(slowest === undefined ? {} : { slowest: stratum((counters) => slowerThan(slowest, counters)) }),
  };
}

/** A timeout has no response to measure, and is slower than any. */
function slowerThan(bound: number, { latency, timeouts }: Counters): Counted {
  const measured = Math.max(0, ...latency.values());
  return counts(measured + timeouts, measured - (latency.get(bound) ?? 0) + timeouts);
}

/** Counters of one proxy are read one after the other, so a request may be bad before it is counted. */
const counts = (requests: number, bad: number): Counted => ({ requests: Math.max(requests, bad), bad: Math.max(0, bad) });
