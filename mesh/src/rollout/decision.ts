import type { Metric, Verdict } from './metrics.ts';

/** The probability that a canary which is no worse than the baseline is ever rolled back is at most this. */
export const ALPHA = 0.01;
/** The probability that a canary which is at least twice as bad as the baseline, and above the floor, is promoted is at most this. */
export const BETA = 0.05;
/** The evidence of safety that each step needs before the next one; promotion needs 1/BETA. */
const STEP_EVIDENCE = [3, 5, 10] as const;

export type Decision =
  | { readonly action: 'wait' }
  | { readonly action: 'advance' | 'promote' }
  | { readonly action: 'rollback'; readonly metric: Metric };

export interface Judgement {
  readonly decision: Decision;
  /** e-value against "no metric is worse": the mean of the metrics' e-values. */
  readonly harm: number;
  /** Rolls back at this much. */
  readonly harmLimit: number;
  /** The least e-value against "unsafe": every metric must be safe. */
  readonly safety: number;
  /** Goes on at this much. */
  readonly safetyLimit: number;
}

/** Decides only from the evidence. `step` counts from 0; after the last of `steps` comes the promotion. */
export function judge(found: readonly Verdict[], step: number, steps: number): Judgement {
  const harm = found.reduce((sum, one) => sum + one.harm, 0) / found.length;
  const safety = Math.min(...found.map((one) => one.safety));
  const isLast = step >= steps - 1;
  const harmLimit = 1 / ALPHA;
  const safetyLimit = isLast ? 1 / BETA : (STEP_EVIDENCE[step] ?? STEP_EVIDENCE.at(-1) ?? 1 / BETA);
  const worst = found.toSorted((a, b) => b.harm - a.harm)[0];
  const decision: Decision =
    worst && harm >= harmLimit
      ? { action: 'rollback', metric: worst.metric }
      : safety >= safetyLimit
        ? { action: isLast ? 'promote' : 'advance' }
        : { action: 'wait' };
  return { decision, harm, harmLimit, safety, safetyLimit };
}
