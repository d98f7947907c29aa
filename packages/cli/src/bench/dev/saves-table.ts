import { median, table } from '../bench.ts';

/** What some saves of one kind took, in their order. */
export interface Saves {
  readonly title: string;
  readonly milliseconds: readonly number[];
}

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

/** The figures in the format of docs/explanation/inner-loop.md. */
export const savesTable = (measured: readonly Saves[]): string =>
  `${table(
    ['from a saved source to an answer of the new code', 'median (s)', 'shortest (s)', 'longest (s)'],
    measured.map(({ title, milliseconds }) => {
      const sorted = milliseconds.toSorted((a, b) => a - b);
      return [title, seconds(median(sorted)), seconds(sorted[0] ?? 0), seconds(sorted.at(-1) ?? 0)];
    }),
  )}\n`;
