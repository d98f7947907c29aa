import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkout } from '@mesh-platform/targets';
import { nothing, type Outcome } from './outcome.ts';
import { runProgram } from './run-program.ts';
import type { RunDetails } from './run-reporter.ts';

/** Thirty times what vitest takes until it knows the tests of its first file. */
const START_MS = 3 * 60_000;
const REPORTER = join(checkout, 'packages/cli/src/testing/run-reporter.ts');

export interface VitestRun {
  readonly project: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The beginnings of the paths of the tests that run, of which there may be none; all where it is not set. */
  readonly tests?: readonly string[];
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** See ProgramRun. */
  readonly aside?: string | undefined;
  /** The command that runs the program elsewhere, such as in another network namespace. */
  readonly inside?: (program: string, args: readonly string[]) => readonly [string, readonly string[]];
  /** Milliseconds until the tests of a file must be known. */
  readonly start?: number;
}

/**
 * Runs the tests of a project. vitest now and then waits for ever before its first test (seen once in some hundred runs): it is ended
 * then, its stack is shown, and it is retried once. No test has run by then, so no test is retried.
 */
export async function runVitest(run: VitestRun): Promise<Outcome> {
  const first = await attempt(run);
  if (first !== 'not started') return first;
  process.stdout.write('… vitest is retried once\n');
  const second = await attempt(run);
  return second === 'not started' ? { ...nothing, failed: 1 } : second;
}

async function attempt({
  project,
  env,
  tests = [],
  timeout,
  aside,
  start = START_MS,
  inside = (...command) => command,
}: VitestRun): Promise<Outcome | 'not started'> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-test-'));
  const report = join(folder, 'report.json');
  const started = join(folder, 'started');
  const details = join(folder, 'details.json');
  const late = new AbortController();
  const done = new AbortController();
  void pause(start, undefined, { signal: done.signal }).then(
    () => existsSync(started) || late.abort(),
    () => undefined,
  );
  try {
    const reporters = ['default', 'json', REPORTER].map((name) => `--reporter=${name}`);
    const command = [
      'run',
      '--project',
      project,
      ...reporters,
      `--outputFile.json=${report}`,
      ...(tests.length > 0 ? ['--passWithNoTests', ...tests] : []),
    ];
    const [program, args] = inside(join(checkout, 'node_modules/.bin/vitest'), command);
    const status = await runProgram(program, args, {
      env: {
        ...env,
        VITEST_STARTED_FILE: started,
        VITEST_DETAILS_FILE: details,
        NODE_OPTIONS: `--report-on-signal --report-directory=${JSON.stringify(folder)}`,
      },
      timeout,
      aside,
      signal: late.signal,
    });
    if (late.signal.aborted) {
      process.stdout.write(`✗ vitest knew no test of ${project} within ${start / 1000} s\n${await whereItStood(folder)}`);
      return 'not started';
    }
    const counts = counted(JSON.parse(await readFile(report, 'utf8')) as VitestReport);
    const outcome = { ...counts, ...(JSON.parse(await readFile(details, 'utf8')) as RunDetails) };
    // A file that cannot be loaded, or an error outside of every test, fails the run without failing a test.
    return status === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
  } catch (error) {
    throw new Error(`the ${project} tests did not run to their end`, { cause: error });
  } finally {
    done.abort();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The stacks of the diagnostic report that Node.js writes on its signal. */
async function whereItStood(folder: string): Promise<string> {
  const reports = (await readdir(folder)).filter((name) => name.startsWith('report.') && name !== 'report.json');
  const texts = await Promise.all(
    reports.map(async (name) => {
      const { javascriptStack, nativeStack, libuv } = JSON.parse(await readFile(join(folder, name), 'utf8')) as DiagnosticReport;
      const waitsFor = libuv.filter(({ is_active }) => is_active).map(({ type }) => type);
      const lines = [...(javascriptStack.stack ?? []), ...nativeStack.map(({ symbol }) => symbol), `waits for ${waitsFor.join(', ')}`];
      return lines.map((line) => `    ${line}\n`).join('');
    }),
  );
  return texts.join('');
}

interface DiagnosticReport {
  readonly javascriptStack: { readonly stack?: readonly string[] };
  readonly nativeStack: readonly { readonly symbol: string }[];
  readonly libuv: readonly { readonly type: string; readonly is_active: boolean }[];
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

const counted = ({
  numPassedTests,
  numFailedTests,
  numPendingTests,
  numTodoTests,
}: VitestReport): Pick<Outcome, 'passed' | 'failed' | 'skipped'> => ({
  passed: numPassedTests,
  failed: numFailedTests,
  skipped: numPendingTests + numTodoTests,
});
