import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A service's real main in a process of its own. */
export interface RunningService {
  /** The process's id. */
  pid: number;
  /** All that it wrote, standard output and standard error. */
  output(): string;
  /** Its log lines. */
  logs(): Record<string, unknown>[];
  /** Its exit status; null where a signal ended it. */
  exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Ends it at once, whatever it does. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts `main` with this environment and nothing of ours. */
export function startService(main: string, env: Readonly<Record<string, string>>): RunningService {
  const child = spawn(process.execPath, ['--enable-source-maps', main], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    logs: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    exited,
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
