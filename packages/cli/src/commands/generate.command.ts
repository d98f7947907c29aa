import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addGenerate: AddCommand = (program, context) => {
  program
    .command('generate')
    .description('recreate what follows from the topology, the environments and the packages: manifests, lock file, skaffold.yaml')
    .action(() => printChange(context, async ({ progress }) => (await import('../template/changes.ts')).generate(progress)));
};
