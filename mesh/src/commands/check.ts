import type { Subject } from '../check/check.ts';
import { readObjects } from '../check/read-objects.ts';
import { allChecks, describeReport, reportOf, runChecks } from '../check/run-checks.ts';
import { cyclesOf } from '../topology/define-mesh.ts';
import { asJson, type CommandResult, type Place } from './place.ts';

/**
 * Checks the topology of a place, or YAML from elsewhere: files, folders, `-` for standard input. A cycle of calls is reported in a
 * note, not an error.
 */
export async function run(place: Pick<Place, 'json' | 'environment'>, files: readonly string[]): Promise<CommandResult> {
  if (files.length > 0) return checkSubject(await readObjects(files), place);
  const { environment, rendered } = await place.environment();
  const found = checkSubject({ objects: rendered.objects, mesh: environment.mesh }, place);
  const cycles = cyclesOf(environment.mesh).map((cycle) => `note: the calls go around: ${cycle}\n`);
  return place.json ? found : { ...found, output: found.output + cycles.join('') };
}

/** Checks objects, together with the topology that they were rendered from where there is one. */
export function checkSubject(subject: Subject, { json }: { readonly json: boolean }): CommandResult {
  const report = reportOf(subject.objects.length, runChecks(subject, allChecks));
  return { output: json ? asJson(report) : describeReport(report), exitCode: report.errors > 0 || report.objects === 0 ? 1 : 0 };
}
