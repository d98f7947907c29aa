import { type Bench, INSTANCE, onItsOwnRunning } from '../bench.ts';
import { measureOverhead } from './overhead.ts';
import { overheadTables } from './overhead-table.ts';

/** What the mesh costs, and what NestJS does. */
export const bench: Bench = (context) =>
  onItsOwnRunning(context, async (running) => overheadTables(await measureOverhead(running, INSTANCE, context.progress)));
