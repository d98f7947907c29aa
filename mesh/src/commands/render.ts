import { relative } from 'node:path';
import { writeRendered } from '../load/write-rendered.ts';
import { asJson, type CommandResult, type Place } from './place.ts';

/** Writes every environment's YAML, and names the files that changed. */
export async function run(place: Pick<Place, 'json' | 'rendered'>): Promise<CommandResult> {
  const written: string[] = [];
  for (const { loaded, folder } of await place.rendered()) written.push(...(await writeRendered(loaded.rendered, folder)));
  const changed = written.map((file) => relative(process.cwd(), file));
  if (place.json) return { output: asJson({ changed }), exitCode: 0 };
  return {
    output: changed.length > 0 ? changed.map((file) => `wrote ${file}\n`).join('') : 'up to date: every file matches the topology\n',
    exitCode: 0,
  };
}
