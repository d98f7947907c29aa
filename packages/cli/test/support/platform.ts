import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { timeLimit } from '@mesh-platform/kubernetes';
import { checkout, EmbeddedTarget, type RunningTarget } from '@mesh-platform/targets';
import { NAMESPACE } from '../../src/services/topology.ts';

/** The instance that `./platform test` brought up for the suite. */
export const instanceName = (): string => {
  const name = process.env.PLATFORM_INSTANCE;
  if (!name) throw new Error('run these tests with ./platform test e2e');
  return name;
};

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Runs `./platform ARGS`, as a user does; `under` is a command that runs it, such as `setpriv …`. */
export function platform(args: readonly string[], env: NodeJS.ProcessEnv = {}, under: readonly string[] = []): Promise<CommandResult> {
  const startedAt = performance.now();
  const [program = '', ...all] = [...under, join(checkout, 'platform'), ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(program, all, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeLimit(890_000),
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, ...output, milliseconds: performance.now() - startedAt }));
  });
}

export async function runningTarget(): Promise<RunningTarget> {
  const running = await new EmbeddedTarget(instanceName(), { namespace: NAMESPACE }).find();
  if (!running) throw new Error(`instance ${instanceName()} does not run`);
  return running;
}
