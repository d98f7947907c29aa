import { example } from '@mesh-platform/mesh/commands';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addRetire: AddCommand = (program, context) => {
  program
    .command('retire')
    .description('Remove a version of a service')
    .addHelpText('after', example('version preview v1'))
    .command('version')
    .description('Remove a version without a weight, with all of its files')
    .argument('<service>', 'a service of the topology')
    .argument('<version>', 'a version whose weight is 0')
    .addHelpText('after', example('preview v1'))
    .action((service: string, version: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).retireVersion(service, version, progress)),
    );
};
