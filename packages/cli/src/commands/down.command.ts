import { removable } from '../services/environment.ts';
import { type CommandContext, printJson } from './context.ts';

/** Stops the target. Documents survive, unless `purge` deletes them too. */
export async function down({ target, progress, json, suffix }: CommandContext, { purge }: { readonly purge: boolean }): Promise<void> {
  const stopped = await target.down({ purge, platform: () => removable(target, progress) }, progress);
  if (json) printJson({ stopped, purged: purge });
  else if (!stopped) process.stdout.write('nothing was running\n');
  else
    process.stdout.write(
      purge ? 'down; its documents are deleted\n' : `down; documents are kept (./platform down --purge${suffix} deletes them)\n`,
    );
}
