import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addConnect: AddCommand = (program, context) => {
  program
    .command('connect')
    .description('let a service call another one')
    .arguments('<from> <to>')
    .action((from: string, to: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).connect(from, to, progress)),
    );
};
