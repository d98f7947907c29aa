import { example } from '@mesh-platform/mesh/commands';
import { type AddCommand, print, requireRunning } from './context.ts';

export const addKubeconfig: AddCommand = (program, context) => {
  program
    .command('kubeconfig')
    .description('Print the path of the kubeconfig')
    .addHelpText('after', example())
    .action(async () => {
      const given = await context();
      const { kubeconfig } = await requireRunning(given);
      print(given, { kubeconfig }, `${kubeconfig}\n`);
    });
};
