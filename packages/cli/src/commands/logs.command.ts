import { UsageError } from '@mesh-platform/kubernetes/platform-error';
import { example } from '@mesh-platform/mesh/commands';
import type { AddCommand } from './context.ts';

interface LogsOptions {
  readonly failures: boolean;
  readonly follow: boolean;
  readonly since: string;
}

export const addLogs: AddCommand = (program, context) => {
  program
    .command('logs')
    .description('Show the log lines of services side by side')
    .argument('[services...]', 'services, gateway or istiod (default: every service)')
    .option('--failures', 'explain failed and retried requests, from the logs of the proxies and the services', false)
    .option('--since <span>', 'how far back: a number and s, m, h or d', '15m')
    .option('-f, --follow', 'continue with new lines until Ctrl-C', false)
    .addHelpText('after', example('web core --since 5m --follow'))
    .action(async (services: string[], { since, ...options }: LogsOptions) => {
      const sinceSeconds = parseSince(since);
      await (await import('../logs/show-logs.ts')).showLogs(services, { ...options, sinceSeconds }, await context());
    });
};

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** The seconds that `30s`, `5m`, `2h` or `1d` means. */
export function parseSince(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit as keyof typeof SECONDS] ?? 0);
  if (seconds > 0) return seconds;
  throw new UsageError(`'${text}' is no time span`, 'use a number and s, m, h or d: --since 5m');
}
