import { example } from '@mesh-platform/mesh/commands';
import type { DevOptions } from '../dev/develop.ts';
import type { AddCommand } from './context.ts';

export const addDev: AddCommand = (program, context) => {
  program
    .command('dev')
    .description('Run each save in the pods within seconds, check it, and show the logs; Ctrl-C ends')
    .option('--images', 'build and roll out an image at each save instead', false)
    .option(
      '--inspect <service>',
      'open the debugger of its programs on 127.0.0.1, from port 9229 on, one for each version (default: none)',
    )
    .addHelpText('after', example('--inspect core'))
    .action(async (options: DevOptions) => (await import('../dev/develop.ts')).develop(options, await context()));
};
