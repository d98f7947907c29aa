import { example } from '@mesh-platform/mesh/commands';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addRemove: AddCommand = (program, context) => {
  program
    .command('remove')
    .description('Remove a service')
    .addHelpText('after', example('service cart'))
    .command('service')
    .description('Remove a service without callers, with all of its files')
    .argument('<service>', 'a service that no other one calls')
    .addHelpText('after', example('cart'))
    .action((name: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).removeService(name, progress)),
    );
};
