import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { type CommandResult, instanceName, platform } from '../../support/platform.ts';

/** The output of a load test, and the page that it wrote. */
export interface LoadTestResult extends CommandResult {
  readonly page: string;
}

/** Runs a file of load-tests/ against the instance, as a user does. */
export async function runLoadTest(name: 'weights' | 'soak', variables: Readonly<Record<string, string>> = {}): Promise<LoadTestResult> {
  const reports = await mkdtemp(join(tmpdir(), 'mesh-platform-load-'));
  const args = ['--instance', instanceName(), 'tool', 'k6', '--', 'run', '--quiet', join(checkout, `load-tests/${name}.ts`)];
  try {
    // vitest has a BASE_URL of its own.
    const result = await platform(args, { BASE_URL: undefined, REPORTS: reports, ...variables });
    return { ...result, page: await readFile(join(reports, `${name}.html`), 'utf8') };
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}
