import type { Subject } from '../check/check.ts';
import { readObjects } from '../check/read-objects.ts';
import { allChecks, describeReport, reportOf, runChecks } from '../check/run-checks.ts';
import { asJson, type CommandResult } from './command-result.ts';

/** Checks YAML from elsewhere: files, folders, `-` for standard input. */
export const checkCommand = async (files: readonly string[], options: { readonly json: boolean }): Promise<CommandResult> =>
  checkSubject({ objects: await readObjects(files) }, options);

/** Checks objects, together with the topology that they were rendered from where there is one. */
export function checkSubject(subject: Subject, { json }: { readonly json: boolean }): CommandResult {
  const report = reportOf(subject.objects.length, runChecks(subject, allChecks));
  return { output: json ? asJson(report) : describeReport(report), exitCode: report.errors > 0 ? 1 : 0 };
}
