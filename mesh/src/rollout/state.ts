import type { Limits } from './evidence.ts';
import type { Evidences, Metric } from './metrics.ts';

/** Whole percents by version. */
export type VersionWeights = Readonly<Record<string, number>>;

/** `running` and `paused` keep the weights from `apply`; the others have ended. */
export type Phase = 'running' | 'paused' | 'undecided' | 'promoted' | 'rolled back' | 'aborted';

/** Everything that a rollout knows, so that another process can go on with it. Kept in its Lease as JSON. */
export interface RolloutState {
  readonly service: string;
  readonly canary: string;
  readonly baseline: string;
  /** The canary's weights, in percent, each with its evidence, before the promotion. */
  readonly steps: readonly number[];
  readonly step: number;
  /** The weights before the rollout. */
  readonly original: VersionWeights;
  /** The weights that the rollout set last, and that every proxy had. */
  readonly weights: VersionWeights;
  readonly limits: Limits;
  readonly evidences: Evidences;
  /** The baseline's responses by the upper bound of their bucket in milliseconds. */
  readonly latency: readonly (readonly [number, number])[];
  /** What a caller's proxy does not count, if any. */
  readonly notJudged?: readonly Metric[];
  readonly phase: Phase;
  /** Why the phase is what it is. */
  readonly reason: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** Whether `apply` and `plan` leave the weights of the service as they are. */
export const keepsWeights = ({ phase }: RolloutState): boolean => phase === 'running' || phase === 'paused' || phase === 'undecided';

/** The weights with so many percent for the canary. Other versions keep theirs; the baseline gets the rest. */
export function weightsAt({ canary, baseline, original }: RolloutState, percent: number): VersionWeights {
  const others = Object.entries(original).reduce(
    (sum, [version, weight]) => sum + (version === canary || version === baseline ? 0 : weight),
    0,
  );
  const ofCanary = Math.min(percent, 100 - others);
  return { ...original, [canary]: ofCanary, [baseline]: 100 - others - ofCanary };
}

/** Steps that raise the weight of a canary which has some already. */
export const stepsFrom = (steps: readonly number[], current: number): readonly number[] => {
  const rest = steps.filter((step) => step > current);
  return current > 0 ? [current, ...rest] : rest;
};
