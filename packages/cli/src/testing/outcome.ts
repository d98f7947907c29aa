import type { TestTime } from './slowest.ts';

/** How many tests went how, and how long they took where that is known. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly times: readonly TestTime[];
}

export const nothing: Outcome = { passed: 0, failed: 0, skipped: 0, times: [] };

export const sum = (a: Outcome, b: Outcome): Outcome => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  times: [...a.times, ...b.times],
});

export const closingLine = ({ passed, failed, skipped }: Outcome): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
