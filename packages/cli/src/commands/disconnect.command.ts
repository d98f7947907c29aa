import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addDisconnect: AddCommand = (program, context) => {
  program
    .command('disconnect')
    .description('end that')
    .arguments('<from> <to>')
    .action((from: string, to: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).disconnect(from, to, progress)),
    );
};
