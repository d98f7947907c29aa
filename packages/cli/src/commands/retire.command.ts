import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addRetire: AddCommand = (program, context) => {
  program
    .command('retire')
    .description('a version that gets no requests')
    .command('version')
    .description('remove a version that gets no requests')
    .arguments('<service> <version>')
    .action(async (service: string, version: string) => {
      const { retireVersion } = await import('../template/changes.ts');
      const given = await context();
      printChange(given, await retireVersion(service, version, given.progress));
    });
};
