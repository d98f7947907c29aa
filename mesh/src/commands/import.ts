import { readObjects } from '../check/read-objects.ts';
import { importTopology } from '../import/import-topology.ts';
import { topologySource } from '../import/topology-source.ts';
import { asJson, type CommandResult, type Place } from './place.ts';

/** Prints the source of a topology for the objects in files, with a comment for each field that a topology cannot express. Exits 1 if there is one. */
export async function run({ json }: Pick<Place, 'json'>, files: readonly string[]): Promise<CommandResult> {
  const { objects, unreadable } = await readObjects(files);
  const imported = importTopology(objects);
  const unread = [...unreadable.map(({ message }) => message), ...imported.unread];
  const exitCode = unread.length > 0 ? 1 : 0;
  if (json) return { output: asJson({ topology: imported.spec, unread }), exitCode };
  return { output: `${unread.map((message) => `// ${message}\n`).join('')}${topologySource(imported.spec)}`, exitCode };
}
