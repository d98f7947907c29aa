import { example } from '@mesh-platform/mesh/commands';
import { type AddCommand, type CommandContext, print } from './context.ts';

interface DownOptions {
  readonly purge: boolean;
}

export const addDown: AddCommand = (program, context) => {
  program
    .command('down')
    .description('Stop the target and keep its documents')
    .option('--purge', 'delete its state and documents too', false)
    .addHelpText('after', example('--purge'))
    .action(async (options: DownOptions) => down(await context(), options));
};

/** Stops the target. Documents survive, unless `purge` deletes them too. */
export async function down(context: CommandContext, { purge }: DownOptions): Promise<void> {
  const { target, progress, suffix } = context;
  const { removable } = await import('../services/environment.ts');
  const stopped = await target.down({ purge, platform: () => removable(target, progress) }, progress);
  const kept = purge ? 'its documents are deleted' : `documents are kept (./platform down --purge${suffix} deletes them)`;
  print(context, { stopped, purged: purge }, stopped ? `down; ${kept}\n` : 'nothing was running\n');
}
