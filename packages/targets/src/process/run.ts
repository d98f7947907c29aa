import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds until the process group is killed, multiplied with this machine's factor; every command is bounded. */
  readonly timeout: number;
  /** Written to standard input. */
  readonly input?: string;
  /** Called with each line of standard error, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Everything the command printed is appended to this file as well. */
  readonly log?: string;
}

/** A command that ended with another status than 0, or did not end in time; `output` is its output. */
export class CommandError extends Error {
  readonly output: string;

  constructor(command: string, outcome: string, output: string) {
    const tail = output.trim().split('\n').slice(-12).join('\n');
    super(`${command} ${outcome}${tail === '' ? '' : `:\n${tail}`}`);
    this.name = 'CommandError';
    this.output = output;
  }
}

const KEPT_BYTES = 4 * 1024 * 1024;

/** Runs a command to its end and gives its standard output. Throws CommandError with the last lines it printed. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const output = collect(child, options);
  child.stdin?.on('error', () => {}); // the command may end without reading its input
  child.stdin?.end(options.input ?? '');
  const forget = endWithUs(child);
  try {
    const outcome = await ending(child, timeLimit(options.timeout));
    if (options.log) await appendFile(options.log, `$ ${command} ${args.join(' ')}\n${output.all()}\n`);
    if (outcome !== undefined) throw new CommandError(command, outcome, output.all());
    return output.stdout();
  } finally {
    forget();
  }
}

function collect(child: ChildProcess, { onLine }: RunOptions) {
  let stdout = '';
  let all = '';
  let partial = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout = (stdout + chunk).slice(-KEPT_BYTES);
    all = (all + chunk).slice(-KEPT_BYTES);
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    all = (all + chunk).slice(-KEPT_BYTES);
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() ?? '';
    if (onLine) for (const line of lines) onLine(line);
  });
  child.stderr?.on('end', () => partial !== '' && onLine?.(partial));
  return { stdout: () => stdout, all: () => all };
}

/** Resolves with undefined on success, else with a message. */
function ending(child: ChildProcess, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      killGroup(child);
      resolve(`did not end within ${Math.round(timeout / 1000)} s`);
    }, timeout);
    const settle = (outcome: string | undefined) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      settle(error.code === 'ENOENT' ? 'is not installed' : `could not start: ${error.message}`),
    );
    child.on('close', (code, signal) => settle(code === 0 ? undefined : signal ? `was ended by ${signal}` : `ended with status ${code}`));
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}

/** A command in a group of its own would outlive Ctrl-C; it ends with this process instead. */
function endWithUs(child: ChildProcess): () => void {
  const kill = () => killGroup(child);
  process.once('exit', kill);
  return () => process.off('exit', kill);
}

/**
 * The command in a PID namespace of its own that ends with this process, however that ends. Without it, what a killed
 * command had started would go on writing where the next one, whose turn it is by then, builds the same. Needs root on Linux.
 */
export function endingWithUs(command: string, args: readonly string[]): readonly [string, readonly string[]] {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [command, args];
  const namespace = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
  return ['setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespace, '--', command, ...args]];
}
