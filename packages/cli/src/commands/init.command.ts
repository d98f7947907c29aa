import { example } from '@mesh-platform/mesh/commands';
import type { InitOptions } from '../template/init.ts';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addInit: AddCommand = (program, context) => {
  program
    .command('init')
    .description('Give the checkout another name, namespace and scope of packages')
    .argument('<name>', 'name of the platform: lower-case letters, digits and dashes')
    .option('--scope <scope>', 'scope of the packages (default: the name)')
    .option('--namespace <namespace>', 'namespace of the platform in each cluster (default: the name)')
    .option('--without-samples', 'leave out preview, web and core, and what is about documents', false)
    .addHelpText('after', example('shop --without-samples'))
    .action((name: string, options: InitOptions) =>
      printChange(context, async (given) => (await import('../template/init.ts')).init(name, options, given)),
    );
};
