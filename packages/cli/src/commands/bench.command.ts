import { loadavg } from 'node:os';
import { EmbeddedTarget } from '@mesh-platform/targets';
import { measureOverhead } from '../bench/overhead.ts';
import { overheadTables } from '../bench/overhead-table.ts';
import { measureStartups } from '../bench/startup.ts';
import { startupTables } from '../bench/startup-table.ts';
import { UsageError } from '../usage-error.ts';
import type { CommandContext } from './context.ts';
import { bringUp } from './up.command.ts';

/** A node of its own: nobody's documents are touched. */
const INSTANCE = 'bench';

const benches = { up, overhead } as const;
const benchNames = Object.keys(benches);
const isBench = (what: string): what is keyof typeof benches => Object.hasOwn(benches, what);

/** Runs a benchmark on a target of its own and prints what it measured. */
export async function bench(what: string, options: { readonly cold: boolean }, context: CommandContext): Promise<void> {
  if (!isBench(what)) throw new UsageError(`there is no benchmark '${what}'`, `name one of: ${benchNames.join(', ')}`);
  await benches[what](context, options);
}

/** What the mesh costs, and what NestJS does. */
async function overhead(context: CommandContext): Promise<void> {
  const target = new EmbeddedTarget(INSTANCE);
  await target.down({ purge: true }, context.progress);
  try {
    const running = await target.alone(context.progress, () => bringUp(target, context.progress));
    const load = loadavg()[0]?.toFixed(1);
    const measured = await measureOverhead(running, INSTANCE, context.progress);
    process.stdout.write(`\n(load of the machine before: ${load})\n\n${overheadTables(measured)}`);
  } finally {
    await target.down({ purge: true }, context.progress);
  }
}

/** Where the seconds of `up` go, in several states of the caches. `cold` builds everything anew. */
async function up(context: CommandContext, options: { readonly cold: boolean }): Promise<void> {
  const target = new EmbeddedTarget(INSTANCE);
  await target.down({ purge: true }, context.progress);
  try {
    const measured = await measureStartups(target, INSTANCE, options, context.progress);
    process.stdout.write(`\n${startupTables(measured)}`);
  } finally {
    await target.down({ purge: true }, context.progress);
  }
}
