import { type BenchOptions, benchNamed, benchNames } from '../bench/bench.ts';
import { UsageError } from '../usage-error.ts';
import type { CommandContext } from './context.ts';

/** Runs a benchmark on a separate target and prints its results. */
export async function bench(what: string, options: BenchOptions, context: CommandContext): Promise<void> {
  const names = await benchNames();
  if (!names.includes(what)) throw new UsageError(`there is no benchmark '${what}'`, `name one of: ${names.join(', ')}`);
  process.stdout.write(`\n${await (await benchNamed(what))(context, options)}`);
}
