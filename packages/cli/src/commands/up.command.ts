import { UsageError } from '@mesh-platform/kubernetes/platform-error';
import { example } from '@mesh-platform/mesh/commands';
import type { RunningTarget } from '@mesh-platform/targets';
import { fitTimeLimits } from '../services/machine-speed.ts';
import { elapsed } from '../terminal/progress.ts';
import { type AddCommand, type CommandContext, print } from './context.ts';

interface UpOptions {
  readonly refresh?: boolean;
}

export const addUp: AddCommand = (program, context) => {
  program
    .command('up')
    .description('Bring everything up, to the first answer through the mesh')
    .option('--refresh', 'rebuild the node and the base image from current Debian packages first (embedded)', false)
    .addHelpText('after', example('--on kind'))
    .action(async (options: UpOptions) => up(await context(), options));
};

/** Brings everything up to the first 200 through the mesh. A second run applies only what changed. */
export async function up(context: CommandContext, { refresh = false }: UpOptions = {}): Promise<void> {
  const { target, progress, suffix } = context;
  if (refresh && !target.refresh)
    throw new UsageError(`invalid option --refresh: ${target.name} takes its images from registries`, 'use it with --on embedded');
  const { bringUp, pathIn } = await import('../services/bring-up.ts');
  const startedAt = performance.now();
  fitTimeLimits(progress);
  const running = await target.withLock(progress, async () => {
    if (refresh) await target.refresh?.(progress);
    return bringUp(target, progress);
  });
  const took = performance.now() - startedAt;
  const report = { ...running.wayIn, kubeconfig: running.kubeconfig, milliseconds: Math.round(took) };
  print(context, report, summary(running, await pathIn(running), took, suffix));
}

const summary = ({ wayIn: { url, first }, kubeconfig }: RunningTarget, path: string, took: number, suffix: string): string => `
up in ${elapsed(took)}
${first ? `\n  first         ${first}` : ''}
  the gateway   ${url}/
  the path      ${url}${path}
  kubeconfig    ${kubeconfig}

next: ./platform tour${suffix}, ./platform view${suffix}, ./platform status${suffix}; it ends with ./platform down${suffix}
`;
