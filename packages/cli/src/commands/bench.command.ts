import { example } from '@mesh-platform/mesh/commands';
import type { BenchOptions } from '../bench/bench.ts';
import type { AddCommand } from './context.ts';

export const addBench: AddCommand = (program, context) => {
  program
    .command('bench')
    .description('Measure what the platform costs, on a target of its own')
    .argument(
      '<benchmark>',
      'up: seconds of each step; dev: seconds of a save; overhead: of the mesh and NestJS; rollout: of a rollback; view: processor time',
    )
    .option('--cold', 'bench up from empty caches too: fetches and builds everything', false)
    .addHelpText('after', example('up'))
    .action(async (name: string, options: BenchOptions) => {
      const bench = await (await import('../bench/bench.ts')).benchNamed(name);
      process.stdout.write(`\n${await bench(await context(), options)}`);
    });
};
