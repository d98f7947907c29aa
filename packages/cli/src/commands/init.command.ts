import type { InitOptions } from '../template/init.ts';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addInit: AddCommand = (program, context) => {
  program
    .command('init')
    .description('make the checkout your own: another name of the platform, its namespace and its packages')
    .argument('<name>', 'of the platform')
    .option('--scope <scope>', 'of the packages (default: the name)')
    .option('--namespace <namespace>', 'where the platform runs in each cluster (default: the name)')
    .option('--without-samples', 'without preview, web and core, and what is about documents', false)
    .action((name: string, options: InitOptions) =>
      printChange(context, async (given) => (await import('../template/init.ts')).init(name, options, given)),
    );
};
