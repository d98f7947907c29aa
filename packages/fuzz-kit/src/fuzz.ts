import { relative } from 'node:path';
import fc from 'fast-check';
import { measured } from './cost.js';
import { escaped } from './escaped.js';
import { type Settings, settingsOf } from './settings.js';
import { startWatchdog } from './watchdog.js';

/** One place where the platform takes what others wrote. */
export interface Entry<Input> {
  readonly name: string;
  /** The test file, as `import.meta.filename`: a failure prints the command that repeats it. */
  readonly file: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** Gives an input to the entry and returns a name for its outcome. Throws where the entry breaks a promise. */
  readonly check: (input: Input) => string | Promise<string>;
  /** Outcomes that a whole run must reach: without them the inputs prove less than they seem to. */
  readonly outcomes: readonly string[];
  /** Milliseconds of processor time that one input may take. The best of three runs counts, so that a busy machine fails nothing. */
  readonly cpuMs: number;
  /** MiB by which one input may raise the peak of the process's resident memory. */
  readonly memoryMiB: number;
}

/** The cost of a run that passed. */
export interface Summary extends Settings {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly slowestMs: number;
}

const ANSWER_MS = 30_000;
const HANG_CPU_MS = 20_000;
const SHRINK_MS = 60_000;

/**
 * Gives FUZZ_RUNS hostile inputs to an entry, each within bounds of processor time and memory, and prints the seed.
 * Throws an Error with the seed, the smallest input that fails, and the command that repeats it.
 */
export async function fuzz<Input>(entry: Entry<Input>, settings = settingsOf(process.env)): Promise<Summary> {
  const { runs, seed, path } = settings;
  const repeat = (at: string) => `FUZZ_SEED=${seed} FUZZ_PATH=${at} npx vitest run --project fuzz ${relative(process.cwd(), entry.file)}`;
  console.log(`fuzz ${entry.name}: seed ${seed}`);
  const watchdog = startWatchdog({ message: `fuzz ${entry.name}: an input does not end\n→ ${repeat('{index}')}`, cpuMs: HANG_CPU_MS });
  const outcomes = new Map<string, number>();
  const cpuBefore = process.cpuUsage();
  let slowestMs = 0;
  let index = Number(path?.split(':')[0] ?? 0);
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(entry.inputs, async (input) => {
    if (performance.now() - failedAt > SHRINK_MS) return; // small enough: report what there is
    watchdog.begin(index);
    if (path !== undefined) console.log(`fuzz ${entry.name}: ${escaped(input)}`);
    try {
      const { outcome, cpuMs } = await withinBounds(entry, input);
      slowestMs = Math.max(slowestMs, cpuMs);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (failedAt === Number.POSITIVE_INFINITY) index++;
    } catch (error) {
      failedAt = Math.min(failedAt, performance.now());
      throw error;
    }
  });
  const details = await fc
    .check(property, { seed, numRuns: runs, timeout: ANSWER_MS, ...(path === undefined ? {} : { path }) })
    .finally(watchdog.stop);
  if (details.failed) {
    const [input] = details.counterexample ?? [];
    throw new Error(report(entry.name, details, input, repeat(details.counterexamplePath ?? '0')), { cause: details.errorInstance });
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const cost = `${((user + system) / 1e6).toFixed(1)} s of processor time, the slowest input ${slowestMs.toFixed(1)} ms`;
  const reached = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  console.log(`fuzz ${entry.name}: ${details.numRuns} inputs, ${cost}: ${reached}`);
  const missing = entry.outcomes.filter((outcome) => !outcomes.has(outcome));
  if (path === undefined && missing.length > 0)
    throw new Error(`fuzz ${entry.name}: seed ${seed}: no input reached the outcome ${missing.join(', ')}: widen its inputs`);
  return { ...settings, outcomes, slowestMs };
}

const TRIES = 3;

async function withinBounds<Input>(entry: Entry<Input>, input: Input): Promise<{ readonly outcome: string; readonly cpuMs: number }> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES; tries++) {
    const { result, cost } = await measured(() => entry.check(input));
    if (cost.memoryMiB > entry.memoryMiB)
      throw new Error(`took ${Math.round(cost.memoryMiB)} MiB of memory: expected at most ${entry.memoryMiB} MiB`);
    best = Math.min(best, cost.cpuMs);
    if (best <= entry.cpuMs) return { outcome: result, cpuMs: best };
  }
  throw new Error(`took ${Math.round(best)} ms of processor time, at best: expected at most ${entry.cpuMs} ms`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

interface Failure {
  readonly seed: number;
  readonly numShrinks: number;
  readonly counterexamplePath: string | null;
  readonly errorInstance: unknown;
}

const report = (name: string, details: Failure, input: unknown, repeat: string): string =>
  [
    `fuzz ${name}: input ${details.counterexamplePath?.split(':')[0]} of seed ${details.seed} fails: ${messageOf(details.errorInstance)}`,
    `  input, after ${details.numShrinks} steps towards a smaller one: ${escaped(input)}`,
    `→ ${repeat}`,
  ].join('\n');
