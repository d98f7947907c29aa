import type { BenchOptions } from '../bench/bench.ts';
import type { AddCommand } from './context.ts';

export const addBench: AddCommand = (program, context) => {
  program
    .command('bench')
    .description('measure on a target of its own')
    .argument('<what>', 'up: where its seconds go; dev: what a save takes; overhead: what the mesh and NestJS cost')
    .option('--cold', 'of up, from empty caches too: fetches and builds everything', false)
    .action(async (what: string, options: BenchOptions) => {
      const bench = await (await import('../bench/bench.ts')).benchNamed(what);
      process.stdout.write(`\n${await bench(await context(), options)}`);
    });
};
