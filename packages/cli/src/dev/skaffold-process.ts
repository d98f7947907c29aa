import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PlatformError } from '@mesh-platform/kubernetes';

/** Time to finish a running build or deployment. */
const END_MS = 10_000;
/** Lists of names, and the pods' log lines that it prints while it waits for them. */
const DETAIL = /^\s*(- |> \[)/;

/** A program with its arguments, environment and folder. */
export interface Called {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** skaffold in a group of its own, so that Ctrl-C is ours to pass on; each of its lines goes to `onLine`. */
export class SkaffoldProcess {
  readonly #child: ChildProcess;
  /** Rejects when it ends without a call of `end`. */
  readonly running: Promise<never>;
  #ending = false;

  constructor({ program, args, env, cwd }: Called, onLine: (line: string) => void) {
    this.#child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', (line) => line.trim() !== '' && !DETAIL.test(line) && onLine(line.trimEnd()));
    this.running = new Promise((_, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (status) => {
        if (!this.#ending)
          reject(new PlatformError(`skaffold ended with status ${status}`, 'fix the error of its last lines and run ./platform dev again'));
      });
    });
    this.running.catch(() => {}); // the caller that awaits it handles the error
    process.once('exit', () => this.#signal('SIGKILL'));
  }

  /** Ends it and all that it has started. */
  async end(): Promise<void> {
    this.#ending = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const closed = once(this.#child, 'close');
    this.#signal('SIGTERM');
    const timer = setTimeout(() => this.#signal('SIGKILL'), END_MS);
    await closed;
    clearTimeout(timer);
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // it has ended
    }
  }
}
