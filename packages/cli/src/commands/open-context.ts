import { PlatformError, silent, timeoutFactor, UsageError, useTimeoutFactor } from '@mesh-platform/kubernetes';
import { ContextTarget, EmbeddedTarget, type KindTarget, type Target } from '@mesh-platform/targets';
import { kindTarget } from '../services/kind.ts';
import { eksClusters, hostsIn, imageSourcesIn, NAMESPACE, publicAddressIn } from '../services/topology.ts';
import { TerminalProgress } from '../terminal/progress.ts';
import type { CommandContext, GlobalOptions, TargetOptions } from './context.ts';

/** The options that name a found target, independent of the targets that run later. */
export const optionsOf = ({ name }: Pick<Target, 'name'>, { instance, environment }: TargetOptions): readonly string[] => [
  `--on=${name}`,
  `--instance=${instance}`,
  ...(environment ? [`--environment=${environment}`] : []),
];

const CONTEXT = 'context:';

/** The target that `--on` names; without it the one that runs, else `embedded` where it can run, else `kind`. */
async function targetNamed({ on, instance, environment }: TargetOptions): Promise<Target> {
  if (on?.startsWith(CONTEXT) && on.length > CONTEXT.length)
    return new ContextTarget(on.slice(CONTEXT.length), {
      namespace: NAMESPACE,
      environment,
      eksClusters,
      addressIn: publicAddressIn,
      imageSourcesIn,
      hostsIn,
    });
  if (environment) throw new UsageError('--environment is for --on context:NAME', 'leave it out: other targets run `local`');
  if (on !== undefined && on !== 'embedded' && on !== 'kind')
    throw new UsageError(
      `there is no target '${on}'`,
      'use --on embedded, --on kind, or --on context:NAME for a context of your kubeconfig',
    );
  try {
    const embedded = new EmbeddedTarget(instance, { namespace: NAMESPACE });
    const kind = kindTarget(instance);
    if (on) return on === 'kind' ? kind : embedded;
    return await usual(embedded, kind);
  } catch (error) {
    throw error instanceof PlatformError ? new UsageError(error.message, error.hint) : error;
  }
}

/** Where neither can run it is `embedded`, whose hint covers both. */
async function usual(embedded: EmbeddedTarget, kind: KindTarget): Promise<Target> {
  if (await embedded.find()) return embedded;
  if (await kind.find()) return kind;
  return embedded.fits() || !(await kind.fits()) ? embedded : kind;
}

/** The context of a command, from the global options. */
export async function openContext({ json, ...options }: GlobalOptions): Promise<CommandContext> {
  timeoutFactor(); // an invalid one fails before anything starts
  const { on, instance } = options;
  const named = [...(on && on !== 'embedded' ? [`--on ${on}`] : []), ...(instance === 'default' ? [] : [`--instance ${instance}`])];
  const target = await targetNamed(options);
  const ofNode = await target.timeoutFactor?.();
  if (ofNode !== undefined) useTimeoutFactor(ofNode);
  return {
    target,
    progress: json ? silent : new TerminalProgress(),
    json,
    suffix: named.map((option) => ` ${option}`).join(''),
    options: optionsOf(target, options),
  };
}
