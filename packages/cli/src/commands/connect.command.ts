import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addConnect: AddCommand = (program, context) => {
  program
    .command('connect')
    .description('let a service call another one')
    .arguments('<from> <to>')
    .action(async (from: string, to: string) => {
      const { connect } = await import('../template/changes.ts');
      const given = await context();
      printChange(given, await connect(from, to, given.progress));
    });
};
