import { example } from '@mesh-platform/mesh/commands';
import type { StatusReport } from '../services/status.ts';
import { LiveLines } from '../terminal/live-lines.ts';
import { type AddCommand, type CommandContext, print, requireRunning } from './context.ts';

interface StatusOptions {
  readonly watch: boolean;
}

export const addStatus: AddCommand = (program, context) => {
  program
    .command('status')
    .description('Show node, control plane, policies, open rollouts and each pod')
    .option('-w, --watch', 'show each change until Ctrl-C', false)
    .addHelpText('after', example('--watch'))
    .action(async (options: StatusOptions) => status(await context(), options));
};

/** Exits 1 where something is not well. With `watch` it ends by Ctrl-C. */
async function status(context: CommandContext, { watch }: StatusOptions): Promise<void> {
  const { isWell, statusOf } = await import('../services/status.ts');
  const { describeStatus } = await import('../services/describe-status.ts');
  const target = await requireRunning(context);
  const describe = (report: StatusReport) => describeStatus(report, Date.now(), context.suffix);
  const read = () => statusOf(target, context.suffix);
  if (!watch) {
    const report = await read();
    print(context, report, describe(report));
    if (!isWell(report)) process.exitCode = 1;
    return;
  }
  const { watchStatus } = await import('../services/watch-status.ts');
  const live = new LiveLines(process.stdout);
  const replaces = live.columns > 0 && !context.json;
  const watched = { cluster: target.cluster, components: () => target.components() };
  const show: Parameters<typeof watchStatus>[2] = (report, isNew) => {
    if (replaces) live.draw(describe(report).trimEnd().split('\n'));
    else if (isNew) process.stdout.write(context.json ? `${JSON.stringify(report)}\n` : `${describe(report)}\n`);
  };
  await watchStatus(watched, read, show, new AbortController().signal);
}
