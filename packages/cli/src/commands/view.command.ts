import type { ViewOptions } from '../view/show-view.ts';
import type { AddCommand } from './context.ts';

export const addView: AddCommand = (program, context) => {
  program
    .command('view')
    .description('show the traffic of the mesh on a page of this machine, and steer it')
    .option('--read-only', 'the page changes nothing', false)
    .option('--port <number>', 'the port on 127.0.0.1 (default: a free one)', '0')
    .option('--open', 'open the page in your browser', false)
    .action(async (options: ViewOptions) => (await import('../view/show-view.ts')).showView(await context(), options));
};
