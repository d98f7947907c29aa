import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addDisconnect: AddCommand = (program, context) => {
  program
    .command('disconnect')
    .description('end that')
    .arguments('<from> <to>')
    .action(async (from: string, to: string) => {
      const { disconnect } = await import('../template/changes.ts');
      const given = await context();
      printChange(given, await disconnect(from, to, given.progress));
    });
};
