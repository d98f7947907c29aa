import { writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/** Leaves the file that `VITEST_STARTED_FILE` names once the tests of a file are known: what starts vitest sees that it runs. */
export default class StartedReporter implements Reporter {
  onTestModuleCollected(): void {
    if (process.env.VITEST_STARTED_FILE) writeFileSync(process.env.VITEST_STARTED_FILE, '');
  }
}
