import { example } from '@mesh-platform/mesh/commands';
import { Argument } from 'commander';
import type { BenchOptions } from '../bench/bench.ts';
import type { AddCommand } from './context.ts';

/** Each has a folder in `bench`, whose bench.ts exports it. */
const BENCHES = ['up', 'dev', 'overhead'] as const;
export type BenchName = (typeof BENCHES)[number];

export const addBench: AddCommand = (program, context) => {
  program
    .command('bench')
    .description('Measure what the platform costs, on a target of its own')
    .addArgument(new Argument('<benchmark>', 'seconds of up, seconds of a save, or overhead of the mesh and NestJS').choices(BENCHES))
    .option('--cold', 'bench up from empty caches too: fetches and builds everything', false)
    .addHelpText('after', example('up'))
    .action(async (what: BenchName, options: BenchOptions) => {
      const bench = await (await import('../bench/bench.ts')).benchNamed(what);
      process.stdout.write(`\n${await bench(await context(), options)}`);
    });
};
