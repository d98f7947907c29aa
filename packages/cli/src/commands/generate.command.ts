import { example } from '@mesh-platform/mesh/commands';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

export const addGenerate: AddCommand = (program, context) => {
  program
    .command('generate')
    .description('Regenerate manifests, the lock file and skaffold.yaml from the topology')
    .addHelpText('after', example())
    .action(() => printChange(context, async ({ progress }) => (await import('../template/changes.ts')).generate(progress)));
};
