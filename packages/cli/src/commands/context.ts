import type { Progress } from '@mesh-platform/kubernetes';
import { PlatformError } from '@mesh-platform/kubernetes/platform-error';
import type { RunningTarget, Target } from '@mesh-platform/targets';
import type { Command } from 'commander';

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

/** The options of every command. */
export interface GlobalOptions extends TargetOptions {
  readonly json: boolean;
}

/** The running target; throws a PlatformError with the command that starts one. */
export async function requireRunning({ target, suffix }: CommandContext): Promise<RunningTarget> {
  const running = await target.find();
  if (!running) throw new PlatformError(`the target '${target.name}' does not run`, `bring it up: ./platform up${suffix}`);
  return running;
}

/**
 * Adds a command with its options. Its work is loaded when it is called, so that help and completion answer at once: a file that
 * `main.ts` imports uses no client of Kubernetes.
 */
export type AddCommand = (program: Command, context: () => Promise<CommandContext>) => void;

/** Prints a result on standard output: as JSON for a program, else the text. */
export const print = ({ json }: Pick<CommandContext, 'json'>, value: unknown, text: string): void => {
  process.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : text);
};
