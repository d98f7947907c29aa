import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { timeLimit } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { npmEnvironment } from '../services/build.ts';

/** For Node.js to write a report. */
const REPORT_MS = 500;

export interface ProgramRun {
  readonly env?: NodeJS.ProcessEnv;
  /** After how many milliseconds it is killed, on a machine of usual speed. */
  readonly timeout: number;
  /** It takes only what other programs leave of the processors, and writes its output to this file. */
  readonly aside?: string | undefined;
  /** Asks it for a diagnostic report (`--report-on-signal`) and kills it. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program of node_modules, or one that a path names, in the open and gives its exit status; 1 where it was killed.
 * The pinned Node.js is the first of its PATH, whatever `env` has.
 */
export function runProgram(program: string, args: readonly string[], { env, timeout, aside, signal }: ProgramRun): Promise<number> {
  const pinned = npmEnvironment();
  const command = [resolvePath(checkout, 'node_modules/.bin', program), ...args];
  const [file = '', ...rest] = aside === undefined ? command : ['nice', '-n', '19', ...command];
  const output = aside === undefined ? 'inherit' : openSync(aside, 'a');
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      cwd: checkout,
      env: { ...pinned, ...env, PATH: pinned.PATH },
      stdio: ['ignore', output, output],
      timeout: timeLimit(timeout),
      killSignal: 'SIGKILL',
    });
    const kill = () => {
      child.kill('SIGUSR2');
      setTimeout(() => child.kill('SIGKILL'), REPORT_MS);
    };
    signal?.addEventListener('abort', kill, { once: true });
    if (typeof output === 'number') closeSync(output);
    child.once('error', reject);
    child.once('close', (status) => {
      signal?.removeEventListener('abort', kill);
      resolve(status ?? 1);
    });
  });
}
