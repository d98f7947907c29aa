import { delimiter, join } from 'node:path';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { cached, checkout, keyOfFiles, run } from '@mesh-platform/targets';

const requirements = join(checkout, 'packages/infra/toolchain/requirements.txt');
const HALF_AN_HOUR = 30 * 60_000;
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

/** The folder of the pinned checkov's packages, installed into the platform's cache at its first use. */
export async function checkov(progress: Progress): Promise<string> {
  const key = await keyOfFiles([requirements]);
  const folder = await cached('checkov', key, (draft) => progress.step('checkov from the Python index', () => install(draft)));
  return join(folder, 'packages');
}

/** Into a folder, not a virtual environment: those name their own path, and a cache entry is renamed when it is whole. */
async function install(folder: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--only-binary=:all:'];
  try {
    await run('python3', [...pip, '--target', join(folder, 'packages'), '-r', requirements], { timeout: HALF_AN_HOUR });
  } catch (error) {
    throw new PlatformError(
      `checkov could not be fetched from the Python index: ${messageOf(error)}`,
      'check the network and pip’s settings, and that Python is 3.11, then try again',
      { cause: error },
    );
  }
}
