import { PlatformError } from '@mesh-platform/kubernetes';
import { githubAnnotations } from '../check/annotations.ts';
import type { Finding, Subject } from '../check/check.ts';
import { placedIn } from '../check/placed.ts';
import { readObjects } from '../check/read-objects.ts';
import { allChecks, type CheckReport, describeReport, describeTotal, reportOf, runChecks } from '../check/run-checks.ts';
import { sarifLog } from '../check/sarif.ts';
import { cyclesOf } from '../topology/define-mesh.ts';
import { asJson, type CommandResult, type Place } from './place.ts';

/** How a report is written: for people, for a program, for code scanning services, for GitHub Actions. */
const formats = {
  text: describeReport,
  json: asJson,
  sarif: ({ findings }: CheckReport, file?: string) => asJson(sarifLog(inFile(findings, file), allChecks)),
  github: (report: CheckReport, file?: string) => githubAnnotations(inFile(report.findings, file)) + describeTotal(report),
};
export type ReportFormat = keyof typeof formats;

export interface CheckOptions {
  /** As JSON or as text where it is unset. */
  readonly format?: ReportFormat;
  /** That of objects in files that name none. */
  readonly namespace?: string;
}

/** What code scanning shows in a file needs one: findings about rendered objects are shown in the topology's. */
const inFile = (findings: readonly Finding[], file: string | undefined): readonly Finding[] =>
  file === undefined ? findings : findings.map((finding) => ({ file, line: 1, ...finding }));

/**
 * Checks the topology of a place, or YAML from elsewhere: files, folders, `-` for standard input. A cycle of calls is reported in a
 * note, not an error. `namespace` is that of objects that name none.
 */
export async function run(
  place: Pick<Place, 'json' | 'environment' | 'topologyFile'>,
  files: readonly string[],
  { format = place.json ? 'json' : 'text', namespace }: CheckOptions = {},
): Promise<CommandResult> {
  if (files.length > 0) {
    const { objects, ...rest } = await readObjects(files);
    return checkSubject({ ...rest, objects: namespace === undefined ? objects : placedIn(objects, namespace) }, format);
  }
  if (namespace !== undefined)
    throw new PlatformError('--namespace is for YAML files: the topology names its namespace itself', 'name the files');
  const { environment, rendered } = await place.environment();
  const found = checkSubject({ objects: rendered.objects, mesh: environment.mesh }, format, place.topologyFile);
  const cycles = cyclesOf(environment.mesh).map((cycle) => `note: the calls go around: ${cycle}\n`);
  return format === 'text' ? { ...found, output: found.output + cycles.join('') } : found;
}

/** Checks objects, together with the topology that they were rendered from where there is one. */
export function checkSubject(subject: Subject, format: ReportFormat, file?: string): CommandResult {
  const report = reportOf(subject.objects.length, runChecks(subject, allChecks));
  return { output: formats[format](report, file), exitCode: report.errors > 0 ? 1 : 0 };
}
