import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addRemove: AddCommand = (program, context) => {
  program
    .command('remove')
    .description('remove a service without callers')
    .command('service')
    .description('remove a service without callers and all of its files')
    .argument('<name>')
    .action((name: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).removeService(name, progress)),
    );
};
