import type { Recorded } from '../../terminal/recorder.ts';
import { table } from '../bench.ts';

/** One measured piece of work. */
export interface Timed {
  readonly title: string;
  readonly milliseconds: number;
  /** What a fixed piece of computing took just before: other work on the machine, or a slower machine, makes both longer. */
  readonly baseline: number;
  /** Empty where the table shows no steps. */
  readonly steps: readonly Recorded[];
}

/** One run of `./platform bench up`. */
export interface Startup {
  readonly processors: number;
  /** Of the machine before: processes that wanted to run. */
  readonly load: number;
  readonly runs: readonly Timed[];
  /** Resident memory of all processes that run, in bytes. */
  readonly residentBytes: number;
}

/** Shorter steps are left out. */
const SHOWN_MS = 50;

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

/** The figures in the format of docs/explanation/performance.md: each duration, then the steps of some. */
export const startupTables = ({ processors, load, runs, residentBytes }: Startup): string =>
  `${[
    `${processors} processors, load ${load.toFixed(1)} before; ${Math.round(residentBytes / 1024 ** 2)} MiB resident once all is up.`,
    table(
      ['', 'took (s)', 'baseline (s)', 'ratio'],
      runs.map(({ title, milliseconds, baseline }) => [
        title,
        seconds(milliseconds),
        (baseline / 1_000).toFixed(2),
        (milliseconds / baseline).toFixed(1),
      ]),
    ),
    ...runs.filter(({ steps }) => steps.length > 0).map(stepTable),
  ].join('\n\n')}\n`;

/** The steps in the order in which they began; those that overlap show by their times. */
function stepTable({ title, steps, milliseconds }: Timed): string {
  const shown = steps.filter(({ from, to }) => to - from >= SHOWN_MS).toSorted((a, b) => a.from - b.from || b.to - a.to);
  const rows = [...shown, { title: '**all**', from: 0, to: milliseconds }];
  return table(
    [title, 'from (s)', 'to (s)', 'took (s)'],
    rows.map((step) => [step.title, seconds(step.from), seconds(step.to), seconds(step.to - step.from)]),
  );
}
