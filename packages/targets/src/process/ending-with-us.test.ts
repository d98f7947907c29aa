import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { endingWithUs } from './ending-with-us.ts';
import { run } from './run.ts';
import { waitFor } from './wait.ts';

const asRoot = process.getuid?.() === 0;

/** The processes that were started with this mark among their arguments, and are not over. */
async function alive(mark: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return line.split('\0')[0] === 'sleep' && line.includes(mark) ? Number(pid) : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

test('the command gives its output and its status', async () => {
  const [command, args] = endingWithUs('sh', ['-c', 'echo out; exit 3']);
  await expect(run(command, args, { timeout: 10_000 })).rejects.toThrow(/ended with status 3:\nout$/);
});

test.runIf(asRoot)('a kill of the process that started it ends the command and what that has started', { timeout: 20_000 }, async () => {
  const mark = `3${process.pid}.${Math.floor(performance.now())}`;
  const script = `sleep ${mark} & sleep ${mark} & wait`;
  const program = `const { endingWithUs } = await import(${JSON.stringify(new URL('ending-with-us.ts', import.meta.url).href)});
    const [command, args] = endingWithUs('sh', ['-c', ${JSON.stringify(script)}]);
    (await import('node:child_process')).spawn(command, args, { detached: true, stdio: 'ignore' });`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  onTestFinished(() => void parent.kill('SIGKILL'));
  await waitFor('both', async () => ((await alive(mark)).length === 2 ? true : undefined), { timeout: 10_000 });
  parent.kill('SIGKILL');
  await waitFor('the end of both', async () => ((await alive(mark)).length === 0 ? true : undefined), { timeout: 10_000 });
});
