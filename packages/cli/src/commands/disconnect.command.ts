import { example } from '@mesh-platform/mesh/commands';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addDisconnect: AddCommand = (program, context) => {
  program
    .command('disconnect')
    .description('Stop a service from calling another one')
    .argument('<from>', 'caller: a service of the topology')
    .argument('<to>', 'callee: a service of the topology')
    .addHelpText('after', example('preview core'))
    .action((from: string, to: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).disconnect(from, to, progress)),
    );
};
