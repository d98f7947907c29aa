import { readdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';
import { EmbeddedTarget, type RunningTarget } from '@mesh-platform/targets';
import type { CommandContext } from '../commands/context.ts';
import { bringUp } from '../services/bring-up.ts';
import { NAMESPACE } from '../services/topology.ts';

/** A separate node: a benchmark touches no data of yours. */
export const INSTANCE = 'bench';

export interface BenchOptions {
  /** Build everything again. */
  readonly cold: boolean;
}

/** Measures on a separate target and returns the tables of the results. */
export type Bench = (context: CommandContext, options: BenchOptions) => Promise<string>;

/** The benchmarks: each has a folder here, whose bench.ts exports it. */
export async function benchNames(): Promise<readonly string[]> {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort(); // biome-ignore format: one line
}

/** The benchmark of that name; throws a UsageError that lists them. */
export async function benchNamed(name: string): Promise<Bench> {
  const names = await benchNames();
  if (!names.includes(name)) throw new UsageError(`there is no benchmark '${name}'`, `name one of: ${names.join(', ')}`);
  return ((await import(join(import.meta.dirname, name, 'bench.ts'))) as { readonly bench: Bench }).bench;
}

/** The benchmarks' target, and nothing left of it afterwards. */
export async function onItsOwn<T>({ progress }: CommandContext, work: (target: EmbeddedTarget) => Promise<T>): Promise<T> {
  const target = new EmbeddedTarget(INSTANCE, { namespace: NAMESPACE });
  await target.down({ purge: true }, progress);
  try {
    return await work(target);
  } finally {
    await target.down({ purge: true }, progress);
  }
}

/** What is measured while it runs, with the load of the machine before. */
export const onItsOwnRunning = (context: CommandContext, measure: (running: RunningTarget) => Promise<string>): Promise<string> =>
  onItsOwn(context, async (target) => {
    const running = await target.withLock(context.progress, () => bringUp(target, context.progress));
    const load = loadavg()[0]?.toFixed(1);
    return `(load of the machine before: ${load})\n\n${await measure(running)}`;
  });

/** A table of Markdown: words to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|---|${'--:|'.repeat(head.length - 1)}`, ...rows.map(line)].join('\n');
}

/** The middle of the values, or of the two in the middle; not a number where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower = Number.NaN, upper = Number.NaN] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return (lower + upper) / 2;
}
