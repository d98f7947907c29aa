import { allChecks } from '../checks/all-checks.ts';
import type { Subject } from '../checks/check.ts';
import { describeReport, reportOf } from '../checks/describe-findings.ts';
import { readObjects } from '../checks/read-objects.ts';
import { runChecks } from '../checks/run-checks.ts';

export interface CommandOutput {
  readonly output: string;
  /** 1 where an error was found; warnings do not change it. */
  readonly exitCode: number;
}

/** Checks YAML from elsewhere: files, folders, `-` for standard input. */
export const checkCommand = async (files: readonly string[], options: { readonly json: boolean }): Promise<CommandOutput> =>
  checkSubject({ objects: await readObjects(files) }, options);

/** Checks objects, together with the topology that they were rendered from where there is one. */
export function checkSubject(subject: Subject, { json }: { readonly json: boolean }): CommandOutput {
  const report = reportOf(subject.objects.length, runChecks(subject, allChecks));
  return { output: json ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report), exitCode: report.errors > 0 ? 1 : 0 };
}
