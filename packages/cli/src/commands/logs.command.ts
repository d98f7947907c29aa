import type { LogsOptions } from '../logs/show-logs.ts';
import type { AddCommand } from './context.ts';

export const addLogs: AddCommand = (program, context) => {
  program
    .command('logs')
    .description("the services' lines side by side")
    .argument('[service]', 'one service; gateway and istiod too')
    .option('--failures', 'failed and retried requests, from the logs of the proxies and the services, explained', false)
    .option('--since <span>', 'how far back: 30s, 5m, 2h or 1d', '15m')
    .option('--follow', 'go on with what comes', false)
    .action(async (service: string | undefined, options: LogsOptions) =>
      (await import('../logs/show-logs.ts')).showLogs(service, options, await context()),
    );
};
