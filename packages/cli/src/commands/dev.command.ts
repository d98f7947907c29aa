import type { DevOptions } from '../dev/develop.ts';
import type { AddCommand } from './context.ts';

export const addDev: AddCommand = (program, context) => {
  program
    .command('dev')
    .description('on each save, compile the sources, put them into the running pods and check them; show the logs')
    .option('--images', 'build and roll out an image at each save instead', false)
    .action(async (options: DevOptions) => (await import('../dev/develop.ts')).develop(options, await context()));
};
