import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { EmbeddedTarget, type RunningTarget, type Target } from '@mesh-platform/targets';
import { UsageError } from '../usage-error.ts';

/** What every command is called with. */
export interface CommandContext {
  readonly target: Target;
  readonly progress: Progress;
  readonly json: boolean;
  /** ` --instance NAME` where it is not the default one: for sentences that tell what to run. */
  readonly suffix: string;
}

/** The target that `--on` names. */
export function targetNamed(on: string, instance: string): Target {
  if (on !== 'embedded') throw new UsageError(`there is no target '${on}'`, 'use --on embedded');
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
