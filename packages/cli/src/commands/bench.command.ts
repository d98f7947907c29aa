import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, EmbeddedTarget, residentBytes } from '@mesh-platform/targets';
import { measureOverhead } from '../bench/overhead.ts';
import { overheadTables } from '../bench/overhead-table.ts';
import { Recorder, tableOf } from '../terminal/recorder.ts';
import { UsageError } from '../usage-error.ts';
import type { CommandContext } from './context.ts';
import { bringUp } from './up.command.ts';

/** A node of its own: nobody's documents are touched. */
const INSTANCE = 'bench';
const EDITED = join(checkout, 'apps/web/src/main.ts');
const MIB = 1024 ** 2;

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

/** Brings the target up in several states of the caches, and prints where each second goes. `cold` builds everything anew. */
async function up(context: CommandContext, { cold }: { readonly cold: boolean }): Promise<void> {
  const target = new EmbeddedTarget(INSTANCE);
  const measure = async (title: string) => {
    const recorder = new Recorder(context.progress);
    const load = loadavg()[0]?.toFixed(1);
    await target.alone(recorder, () => bringUp(target, recorder));
    process.stdout.write(`\n${title} (load of the machine before: ${load})\n\n${tableOf(recorder.steps, recorder.elapsed())}`);
  };
  await target.down({ purge: true }, context.progress);
  try {
    if (cold) {
      await withEmptyCaches(() => measure('from empty caches'));
      await target.down({ purge: true }, context.progress);
    }
    await measure('a new instance, with caches');
    await target.down({ purge: false }, context.progress);
    await measure('after down');
    process.stdout.write(`\nresident memory of everything: ${Math.round((await residentBytes(INSTANCE)) / MIB)} MiB\n`);
    await withEdit(() => measure('after an edit of web'));
    await measure('when all is up');
  } finally {
    await target.down({ purge: true }, context.progress);
  }
}

async function withEmptyCaches(work: () => Promise<void>): Promise<void> {
  const before = process.env.XDG_CACHE_HOME;
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-bench-'));
  process.env.XDG_CACHE_HOME = folder;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
    await rm(folder, { recursive: true, force: true });
  }
}

/** An edit that compiles to other code, taken back afterwards. */
async function withEdit(work: () => Promise<void>): Promise<void> {
  const text = await readFile(EDITED, 'utf8');
  await writeFile(EDITED, `${text}\nprocess.title = 'edited ${Date.now()}';\n`);
  try {
    await work();
  } finally {
    await writeFile(EDITED, text);
  }
}
