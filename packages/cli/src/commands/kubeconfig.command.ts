import { type AddCommand, print, requireRunning } from './context.ts';

export const addKubeconfig: AddCommand = (program, context) => {
  program
    .command('kubeconfig')
    .description('print the path of the kubeconfig')
    .action(async () => {
      const given = await context();
      const { kubeconfig } = await requireRunning(given);
      print(given, { kubeconfig }, `${kubeconfig}\n`);
    });
};
