import { example } from '@mesh-platform/mesh/commands';
import type { ViewOptions } from '../view/show-view.ts';
import type { AddCommand } from './context.ts';

export const addView: AddCommand = (program, context) => {
  program
    .command('view')
    .description('Show the traffic on a page of this machine, and steer it')
    .option('--read-only', 'the page changes nothing', false)
    .option('-p, --port <number>', 'port on 127.0.0.1 (default: a free one)')
    .option('--open', 'open the page in your browser', false)
    .addHelpText('after', example('--open'))
    .action(async (options: ViewOptions) => (await import('../view/show-view.ts')).showView(await context(), options));
};
