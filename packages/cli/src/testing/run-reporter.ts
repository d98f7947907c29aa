import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { TestTime } from './slowest.ts';

/**
 * Leaves the file that `VITEST_STARTED_FILE` names once the tests of a file are known: what starts vitest sees that it runs. At the end it
 * writes how long each test took into the file that `VITEST_TIMES_FILE` names, and how long what a file does around its tests.
 */
export default class RunReporter implements Reporter {
  onTestModuleCollected(): void {
    if (process.env.VITEST_STARTED_FILE) writeFileSync(process.env.VITEST_STARTED_FILE, '');
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (process.env.VITEST_TIMES_FILE) writeFileSync(process.env.VITEST_TIMES_FILE, JSON.stringify(modules.flatMap(timesOf)));
  }
}

function timesOf(module: TestModule): readonly TestTime[] {
  const file = module.relativeModuleId;
  const tests = [...module.children.allTests()].map((test) => ({ file, title: test.fullName, ms: test.diagnostic()?.duration ?? 0 }));
  const around = module.diagnostic().duration - tests.reduce((sum, { ms }) => sum + ms, 0);
  return [...tests, { file, title: '(before and after its tests)', ms: Math.max(0, around) }]; // tests that run at once take less together
}
