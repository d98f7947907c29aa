import { type Evidence, harm, type Limits, noEvidence, safety, updated } from './evidence.ts';
import type { Stratum } from './hypergeometric.ts';

/** What is judged, in the order in which it is reported. */
export const METRICS = {
  failures: 'final failures',
  attempts: 'failed attempts',
  slow: 'responses slower than the baseline’s p90',
  slowest: 'responses slower than the baseline’s p99',
  clientErrors: '4xx responses',
} as const;
export type Metric = keyof typeof METRICS;
export const metricNames = Object.keys(METRICS) as readonly Metric[];

/** What one poll of one caller adds to each metric; a metric that the caller's proxy does not count is missing. */
export type Strata = Readonly<Partial<Record<Metric, Stratum>>>;

/** The evidence of each metric that has been counted. */
export type Evidences = Readonly<Partial<Record<Metric, Evidence>>>;

/** The evidence after one more poll of every caller. */
export function observe(evidences: Evidences, callers: readonly Strata[], limits: Limits): Evidences {
  const changed = metricNames.flatMap((metric) => {
    const poll = callers.map((strata) => strata[metric]).filter((stratum) => stratum !== undefined && isCounted(stratum)) as Stratum[];
    return poll.length > 0 ? [[metric, updated(evidences[metric] ?? noEvidence, poll, limits)] as const] : [];
  });
  return { ...evidences, ...Object.fromEntries(changed) };
}

const isCounted = ({ canary, baseline }: Stratum): boolean => canary.requests + baseline.requests > 0;

/** The e-values of a metric: infinite evidence is a number too large for JSON, so they are capped. */
export interface Verdict {
  readonly metric: Metric;
  readonly harm: number;
  readonly safety: number;
}

const CAP = 1e9;
const eValue = (log: number): number => Math.min(Math.exp(log), CAP);

/** Those of every metric. One that has not been counted yet is no evidence, and prevents a promotion; `notJudged` can never be counted. */
export const verdicts = (evidences: Evidences, notJudged: readonly Metric[] = []): readonly Verdict[] =>
  metricNames.flatMap((metric) => {
    const evidence = evidences[metric];
    if (evidence) return [{ metric, harm: eValue(harm(evidence)), safety: eValue(safety(evidence)) }];
    return notJudged.includes(metric) ? [] : [{ metric, harm: 1, safety: 1 }];
  });
