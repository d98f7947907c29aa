import { relative } from 'node:path';
import { readObjects } from '../check/read-objects.ts';
import type { ExplainRequest } from '../explain/explanation.ts';
import { importTopology } from '../import/import-topology.ts';
import { topologySource } from '../import/topology-source.ts';
import { writeRendered } from '../load/write-rendered.ts';
import { cyclesOf } from '../topology/define-mesh.ts';
import { checkCommand, checkSubject } from './check.ts';
import { asJson, type CommandResult } from './command-result.ts';
import { explainCommand } from './explain.ts';
import type { Place } from './place.ts';

/** Checks the topology of the place, or the given files. A cycle of calls is reported in a note, not an error. */
export async function check(place: Place, files: readonly string[]): Promise<CommandResult> {
  if (files.length > 0) return checkCommand(files, place);
  const { environment, rendered } = await place.environment();
  const found = checkSubject({ objects: rendered.objects, mesh: environment.mesh }, place);
  const cycles = cyclesOf(environment.mesh).map((cycle) => `note: the calls go around: ${cycle}\n`);
  return place.json ? found : { ...found, output: found.output + cycles.join('') };
}

/** Writes every environment's YAML, and names the files that changed. */
export async function renderAll(place: Place): Promise<CommandResult> {
  const written: string[] = [];
  for (const { loaded, folder } of await place.rendered()) written.push(...(await writeRendered(loaded.rendered, folder)));
  const changed = written.map((file) => relative(process.cwd(), file));
  if (place.json) return { output: asJson({ changed }), exitCode: 0 };
  return {
    output: changed.length > 0 ? changed.map((file) => `wrote ${file}\n`).join('') : 'up to date: every file matches the topology\n',
    exitCode: 0,
  };
}

/** Explains how the proxies would handle a request with the topology of the place. */
export async function explainRequest(place: Place, request: ExplainRequest): Promise<CommandResult> {
  const { environment, rendered } = await place.environment();
  return explainCommand(rendered.objects, { trustDomain: environment.mesh.trustDomain, ...request }, place);
}

/** Prints the source of a topology for the objects in files, with a comment for each field that a topology cannot express. Exits 1 if there is one. */
export async function importFiles(files: readonly string[], json: boolean): Promise<CommandResult> {
  const { spec, unread } = importTopology(await readObjects(files));
  const exitCode = unread.length > 0 ? 1 : 0;
  if (json) return { output: asJson({ topology: spec, unread }), exitCode };
  return { output: `${unread.map((message) => `// ${message}\n`).join('')}${topologySource(spec)}`, exitCode };
}
