import { type Bench, INSTANCE, onItsOwnRunning } from '../bench.ts';
import { measureSaves } from './saves.ts';
import { savesTable } from './saves-table.ts';

/** The duration of a save in the inner loop. */
export const bench: Bench = (context) =>
  onItsOwnRunning(context, async (running) => savesTable(await measureSaves(running, INSTANCE, context.progress)));
