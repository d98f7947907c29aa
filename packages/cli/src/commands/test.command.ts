import { example } from '@mesh-platform/mesh/commands';
import { Argument } from 'commander';
import type { AddCommand } from './context.ts';

const SUITES = ['unit', 'integration', 'fuzz', 'machine', 'e2e', 'load', 'infra', 'guide', 'endurance', 'scale', 'kind', 'vm'] as const;
export type SuiteName = (typeof SUITES)[number];

export const addTest: AddCommand = (program, context) => {
  program
    .command('test')
    .description('Run the tests')
    .addArgument(new Argument('[suites...]', 'suites of tests').choices(SUITES).default([], 'all but guide, endurance, scale, kind and vm'))
    .option('--changed [branch]', 'run only what a change since BRANCH can affect, committed or not (default: main)')
    .addHelpText('after', example('unit integration'))
    .action(async (suites: SuiteName[], { changed }: { readonly changed?: string | true }) =>
      (await import('../testing/suites.ts')).runSuites(suites, await context(), changed === true ? 'main' : changed),
    );
};
