import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Retried } from './retried.ts';
import type { TestTime } from './slowest.ts';

/** What a run reports besides its counts. */
export interface RunDetails {
  readonly times: readonly TestTime[];
  readonly retried: readonly Retried[];
}

/**
 * Leaves the file that `VITEST_STARTED_FILE` names once the tests of a file are known: what starts vitest sees that it runs. At the end it
 * writes into the file that `VITEST_DETAILS_FILE` names how long each test took, how long what a file does around its tests, and which
 * tests passed when they were retried.
 */
export default class RunReporter implements Reporter {
  onTestModuleCollected(): void {
    if (process.env.VITEST_STARTED_FILE) writeFileSync(process.env.VITEST_STARTED_FILE, '');
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const details: RunDetails = { times: modules.flatMap(timesOf), retried: modules.flatMap(retriedIn) };
    if (process.env.VITEST_DETAILS_FILE) writeFileSync(process.env.VITEST_DETAILS_FILE, JSON.stringify(details));
  }
}

/** The tests that failed first and passed then, with the failure of the first attempt. */
function retriedIn(module: TestModule): readonly Retried[] {
  const isRetried = (test: TestCase) => test.diagnostic()?.flaky === true;
  return [...module.children.allTests()].filter(isRetried).map((test) => ({
    file: module.relativeModuleId,
    title: test.fullName,
    why: test.result().errors?.[0]?.message ?? '',
  }));
}

function timesOf(module: TestModule): readonly TestTime[] {
  const file = module.relativeModuleId;
  const tests = [...module.children.allTests()].map((test) => ({ file, title: test.fullName, ms: test.diagnostic()?.duration ?? 0 }));
  const around = module.diagnostic().duration - tests.reduce((sum, { ms }) => sum + ms, 0);
  return [...tests, { file, title: '(before and after its tests)', ms: Math.max(0, around) }]; // tests that run at once take less together
}
