import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { ContextTarget, EmbeddedTarget, type RunningTarget, type Target } from '@mesh-platform/targets';
import { NAMESPACE } from '../services/namespace.ts';
import { publicAddressIn } from '../services/public-address.ts';
import { UsageError } from '../usage-error.ts';

/** What every command is called with. */
export interface CommandContext {
  readonly target: Target;
  readonly progress: Progress;
  readonly json: boolean;
  /** ` --instance NAME` where it is not the default one: for sentences that tell what to run. */
  readonly suffix: string;
  /** The options that name the target: for another `./platform` that is started on it. */
  readonly options: readonly string[];
}

/** What says which target is meant: the options of every command. */
export interface TargetOptions {
  readonly on: string;
  readonly instance: string;
  readonly environment?: string;
}

/** `['--instance', 'NAME']` and the like; none where all is as it is by default. */
export const optionsOf = ({ on, instance, environment }: TargetOptions): readonly string[] => [
  ...(on === 'embedded' ? [] : ['--on', on]),
  ...(instance === 'default' ? [] : ['--instance', instance]),
  ...(environment ? ['--environment', environment] : []),
];

const CONTEXT = 'context:';

/** The target that `--on` names. */
export function targetNamed({ on, instance, environment }: TargetOptions): Target {
  if (on.startsWith(CONTEXT) && on.length > CONTEXT.length)
    return new ContextTarget(on.slice(CONTEXT.length), { namespace: NAMESPACE, environment, addressIn: publicAddressIn });
  if (on !== 'embedded')
    throw new UsageError(`there is no target '${on}'`, 'use --on embedded, or --on context:NAME for a context of your kubeconfig');
  if (environment) throw new UsageError('--environment is for --on context:NAME', 'leave it out: an embedded target runs `local`');
  try {
    return new EmbeddedTarget(instance);
  } catch (error) {
    throw error instanceof PlatformError ? new UsageError(error.message, error.cure) : error;
  }
}

/** The running target, or a sentence that says how to get one. */
export async function requireRunning({ target, suffix }: CommandContext): Promise<RunningTarget> {
  const running = await target.find();
  if (!running) throw new PlatformError(`the target '${target.name}' does not run`, `bring it up: ./platform up${suffix}`);
  return running;
}

/** What a program reads, on standard output. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
};
