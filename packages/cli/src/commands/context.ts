import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { ContextTarget, EmbeddedTarget, KindTarget, type RunningTarget, type Target } from '@mesh-platform/targets';
import { NAMESPACE } from '../services/namespace.ts';
import { publicAddressIn } from '../services/public-address.ts';
import { hostsIn } from '../services/topology.ts';
import { UsageError } from '../usage-error.ts';

/** The context that every command receives. */
export interface CommandContext {
  readonly target: Target;
  readonly progress: Progress;
  readonly json: boolean;
  /** ` --instance NAME` where it is not the default one: for messages that name a command to run. */
  readonly suffix: string;
  /** The options that name the target: for another `./platform` that is started on it. */
  readonly options: readonly string[];
}

/** The options of every command that select the target. */
export interface TargetOptions {
  readonly on?: string;
  readonly instance: string;
  readonly environment?: string;
}

/** The options that name a found target, independent of the targets that run later. */
export const optionsOf = ({ name }: Pick<Target, 'name'>, { instance, environment }: TargetOptions): readonly string[] => [
  `--on=${name}`,
  `--instance=${instance}`,
  ...(environment ? [`--environment=${environment}`] : []),
];

const CONTEXT = 'context:';

/** The target that `--on` names; without it the one that runs, else `embedded` where it can run, else `kind`. */
export async function targetNamed({ on, instance, environment }: TargetOptions): Promise<Target> {
  if (on?.startsWith(CONTEXT) && on.length > CONTEXT.length)
    return new ContextTarget(on.slice(CONTEXT.length), { namespace: NAMESPACE, environment, addressIn: publicAddressIn, hostsIn });
  if (environment) throw new UsageError('--environment is for --on context:NAME', 'leave it out: other targets run `local`');
  if (on !== undefined && on !== 'embedded' && on !== 'kind')
    throw new UsageError(
      `there is no target '${on}'`,
      'use --on embedded, --on kind, or --on context:NAME for a context of your kubeconfig',
    );
  try {
    const embedded = new EmbeddedTarget(instance, { namespace: NAMESPACE });
    const kind = new KindTarget(instance, { namespace: NAMESPACE });
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

/** The running target; throws a PlatformError with the command that starts one. */
export async function requireRunning({ target, suffix }: CommandContext): Promise<RunningTarget> {
  const running = await target.find();
  if (!running) throw new PlatformError(`the target '${target.name}' does not run`, `bring it up: ./platform up${suffix}`);
  return running;
}

/** Prints JSON for a program on standard output. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
};
