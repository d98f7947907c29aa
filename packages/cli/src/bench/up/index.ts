import { type Bench, INSTANCE, onItsOwn } from '../bench.ts';
import { measureStartups } from './startup.ts';
import { startupTables } from './startup-table.ts';

/** Where the seconds of `up` go, in several states of the caches. */
export const bench: Bench = (context, options) =>
  onItsOwn(context, async (target) => startupTables(await measureStartups(target, INSTANCE, options, context.progress)));
