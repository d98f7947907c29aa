import { type Bench, INSTANCE, onItsOwnRunning } from '../bench.ts';
import { measureOverhead } from './overhead.ts';
import { overheadTables } from './overhead-table.ts';

/** The overhead of the mesh, and of NestJS. */
export const bench: Bench = (context) =>
  onItsOwnRunning(context, async (running) => overheadTables(await measureOverhead(running, INSTANCE, context.progress)));
