import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface MachineResult {
  readonly status: number;
  readonly stdout: string;
  /** What it printed, errors too. */
  readonly output: string;
}

/** A variable that `./platform test vm` sets. */
const variable = (name: 'VM_SSH' | 'VM_LOG'): string => {
  const value = process.env[name];
  if (!value) throw new Error('run these tests with ./platform test vm');
  return value;
};

const log = (text: string): void => {
  appendFileSync(variable('VM_LOG'), text);
  process.stdout.write(text);
};

/** Runs a shell command on the virtual machine as root, in the checkout, and logs what it prints and how long it takes; `input` is its standard input. */
export function onMachine(command: string, input = ''): Promise<MachineResult> {
  const startedAt = performance.now();
  log(`$ ${command}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', ['-F', variable('VM_SSH'), 'machine', `cd /root/mesh && { ${command}\n}`]);
    const printed = { stdout: '', output: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed.stdout += text;
      printed.output += text;
      log(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed.output += text;
      log(text);
    });
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (status) => {
      log(`-- status ${status} after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`);
      resolve({ status: status ?? 1, ...printed });
    });
  });
}
