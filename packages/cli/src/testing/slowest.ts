import { elapsed } from '../terminal/progress.ts';

/** How long a test took, or what its file does around its tests. */
export interface TestTime {
  readonly file: string;
  readonly title: string;
  /** Milliseconds. */
  readonly ms: number;
}

const ROWS = 30;
/** What is faster has nothing to save. */
const LEAST_MS = 1000;

/** The slowest first, a line each; empty where none takes a second. */
export const slowest = (times: readonly TestTime[]): string =>
  times
    .filter(({ ms }) => ms >= LEAST_MS)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, ROWS)
    .map(({ file, title, ms }) => `${elapsed(ms).padStart(12)}   ${file}: ${title}\n`)
    .join('');
