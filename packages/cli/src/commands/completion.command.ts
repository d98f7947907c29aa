import { readFile } from 'node:fs/promises';
import { example } from '@mesh-platform/mesh/commands';
import { Argument } from 'commander';
import type { AddCommand } from './context.ts';

/** Also adds `__complete`, which the scripts call at each key press. */
export const addCompletion: AddCommand = (program) => {
  program
    .command('completion')
    .description('Print the script that completes commands, options and values')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', example('zsh'))
    .action(
      async (shell: string) =>
        void process.stdout.write(await readFile(new URL(`../../completion/platform.${shell}`, import.meta.url), 'utf8')),
    );
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { candidatesFor } = await import('../completion/candidates.ts');
      const values = async (...given: [string, readonly string[]]) =>
        (await import('../completion/checkout-values.ts')).checkoutValues(...given);
      const found = await candidatesFor(program, words, values);
      process.stdout.write(found.map(({ value, description }) => `${value}\t${description}\n`).join(''));
    });
};
