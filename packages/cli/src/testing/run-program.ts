import { spawn } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { npmEnvironment } from '../services/build.ts';

/** For Node.js to write a report. */
const REPORT_MS = 500;

export interface ProgramRun {
  readonly env?: NodeJS.ProcessEnv;
  /** After how many milliseconds it is killed. */
  readonly timeout: number;
  /** Asks it for a diagnostic report (`--report-on-signal`) and kills it. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program of node_modules, or one that a path names, in the open and gives its exit status; 1 where it was killed.
 * The pinned Node.js is the first of its PATH, whatever `env` has.
 */
export function runProgram(program: string, args: readonly string[], { env, timeout, signal }: ProgramRun): Promise<number> {
  const pinned = npmEnvironment();
  return new Promise((resolve, reject) => {
    const child = spawn(resolvePath(checkout, 'node_modules/.bin', program), args, {
      cwd: checkout,
      env: { ...pinned, ...env, PATH: pinned.PATH },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout,
      killSignal: 'SIGKILL',
    });
    const kill = () => {
      child.kill('SIGUSR2');
      setTimeout(() => child.kill('SIGKILL'), REPORT_MS);
    };
    signal?.addEventListener('abort', kill, { once: true });
    child.once('error', reject);
    child.once('close', (status) => {
      signal?.removeEventListener('abort', kill);
      resolve(status ?? 1);
    });
  });
}
