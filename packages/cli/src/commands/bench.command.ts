import { loadavg } from 'node:os';
import { EmbeddedTarget, type RunningTarget } from '@mesh-platform/targets';
import { measureOverhead } from '../bench/overhead.ts';
import { overheadTables } from '../bench/overhead-table.ts';
import { measureSaves } from '../bench/saves.ts';
import { savesTable } from '../bench/saves-table.ts';
import { measureStartups } from '../bench/startup.ts';
import { startupTables } from '../bench/startup-table.ts';
import { NAMESPACE } from '../services/namespace.ts';
import { UsageError } from '../usage-error.ts';
import type { CommandContext } from './context.ts';
import { bringUp } from './up.command.ts';

/** A node of its own: nobody's documents are touched. */
const INSTANCE = 'bench';

/** What the mesh costs, and what NestJS does. */
const overhead = (context: CommandContext): Promise<void> =>
  onItsOwn(context, async (running) => overheadTables(await measureOverhead(running, INSTANCE, context.progress)));

/** What a save takes in the inner loop. */
const dev = (context: CommandContext): Promise<void> =>
  onItsOwn(context, async (running) => savesTable(await measureSaves(running, INSTANCE, context.progress)));

/** Brings the target up, prints what is measured on it, and takes it away. */
async function onItsOwn({ progress }: CommandContext, measure: (running: RunningTarget) => Promise<string>): Promise<void> {
  const target = new EmbeddedTarget(INSTANCE, { namespace: NAMESPACE });
  await target.down({ purge: true }, progress);
  try {
    const running = await target.alone(progress, () => bringUp(target, progress));
    const load = loadavg()[0]?.toFixed(1);
    process.stdout.write(`\n(load of the machine before: ${load})\n\n${await measure(running)}`);
  } finally {
    await target.down({ purge: true }, progress);
  }
}

/** Where the seconds of `up` go, in several states of the caches. `cold` builds everything anew. */
async function up(context: CommandContext, options: { readonly cold: boolean }): Promise<void> {
  const target = new EmbeddedTarget(INSTANCE, { namespace: NAMESPACE });
  await target.down({ purge: true }, context.progress);
  try {
    const measured = await measureStartups(target, INSTANCE, options, context.progress);
    process.stdout.write(`\n${startupTables(measured)}`);
  } finally {
    await target.down({ purge: true }, context.progress);
  }
}

const benches = { up, dev, overhead } as const;
const benchNames = Object.keys(benches);
const isBench = (what: string): what is keyof typeof benches => Object.hasOwn(benches, what);

/** Runs a benchmark on a target of its own and prints what it measured. */
export async function bench(what: string, options: { readonly cold: boolean }, context: CommandContext): Promise<void> {
  if (!isBench(what)) throw new UsageError(`there is no benchmark '${what}'`, `name one of: ${benchNames.join(', ')}`);
  await benches[what](context, options);
}
