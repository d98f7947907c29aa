import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addRetire: AddCommand = (program, context) => {
  program
    .command('retire')
    .description('a version that gets no requests')
    .command('version')
    .description('remove a version that gets no requests')
    .arguments('<service> <version>')
    .action((service: string, version: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).retireVersion(service, version, progress)),
    );
};
