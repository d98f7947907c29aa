import type { Retried } from './retried.ts';
import type { TestTime } from './slowest.ts';

/** How many tests went how, and what is known of single ones. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly times: readonly TestTime[];
  /** Those of the passed ones that failed first. */
  readonly retried: readonly Retried[];
}

export const nothing: Outcome = { passed: 0, failed: 0, skipped: 0, times: [], retried: [] };

export const sum = (a: Outcome, b: Outcome): Outcome => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  times: [...a.times, ...b.times],
  retried: [...a.retried, ...b.retried],
});

export const closingLine = ({ passed, failed, skipped }: Outcome): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
