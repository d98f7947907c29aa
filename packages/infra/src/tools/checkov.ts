import { delimiter, join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { run } from '@mesh-platform/targets';
import { pythonPackages } from './python-packages.ts';

const FIVE_MINUTES = 5 * 60_000;

/** A check of checkov's that failed. */
export interface FailedCheck {
  readonly id: string;
  readonly resource: string;
  readonly file: string;
}

/** Runs the pinned checkov on a folder of Terraform, without the network, and gives what failed and how many checks passed. */
export async function runCheckov(
  folder: string,
  progress: Progress,
): Promise<{ readonly passed: number; readonly failed: readonly FailedCheck[] }> {
  const packages = await checkov(progress);
  const args = ['-d', folder, '--framework', 'terraform', '--compact', '--output', 'json', '--soft-fail'];
  const offline = ['--skip-download', '--download-external-modules', 'false'];
  const text = await run('python3', [join(packages, 'bin/checkov'), ...args, ...offline], {
    env: { ...process.env, PYTHONPATH: [packages, process.env.PYTHONPATH].filter(Boolean).join(delimiter), LOG_LEVEL: 'ERROR' },
    timeout: FIVE_MINUTES,
  });
  const report = JSON.parse(text) as Report;
  if (report.results.parsing_errors.length > 0) throw new Error(`checkov could not read ${report.results.parsing_errors.join(', ')}`);
  const failed = report.results.failed_checks.map((check) => ({ id: check.check_id, resource: check.resource, file: check.file_path }));
  return { passed: report.summary.passed, failed };
}

interface Report {
  readonly summary: { readonly passed: number };
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string; readonly file_path: string }[];
    readonly parsing_errors: readonly string[];
  };
}

/** The folder of the pinned checkov's packages. */
export const checkov = (progress: Progress): Promise<string> => pythonPackages('checkov', 'requirements.txt', progress);
