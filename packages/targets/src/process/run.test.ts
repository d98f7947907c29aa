import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CommandError, endingWithUs, run } from './run.ts';
import { waitFor } from './wait.ts';

const timeout = 10_000;
const failureOf = async (work: Promise<unknown>): Promise<CommandError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CommandError);
  return error as CommandError;
};

/** A zombie, which no process has reaped yet, counts as dead. */
const isDead = async (pid: number): Promise<true | undefined> => {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return status === undefined || /\) [ZX] /.test(status) ? true : undefined;
};

test('a command gives its standard output and not its standard error', async () => {
  expect(await run('sh', ['-c', 'echo out; echo err >&2'], { timeout })).toBe('out\n');
});

test('a command runs in the folder and with the environment that it is given', async () => {
  expect(await run('/bin/sh', ['-c', 'pwd; echo $WORD'], { timeout, cwd: '/', env: { WORD: 'hello' } })).toBe('/\nhello\n');
});

test('a command reads its input to the end', async () => {
  expect(await run('cat', [], { timeout, input: 'first\nsecond' })).toBe('first\nsecond');
});

test('a command without input finds an empty one', async () => {
  expect(await run('cat', [], { timeout })).toBe('');
});

test('a command may leave its input unread', async () => {
  expect(await run('true', [], { timeout, input: 'x'.repeat(1_000_000) })).toBe('');
});

test('a failing command reports its status and the last lines that it printed', async () => {
  const error = await failureOf(run('sh', ['-c', 'seq 1 30; echo sorry >&2; exit 3'], { timeout }));
  expect(error.message).toMatch(/^sh ended with status 3:\n/);
  expect(error.message).toContain('30');
  expect(error.message).toContain('sorry');
  expect(error.message.split('\n')).toHaveLength(13);
  expect(error.output.split('\n')).toContain('1');
});

test('a failing command that printed nothing has a message of one line', async () => {
  expect((await failureOf(run('false', [], { timeout }))).message).toBe('false ended with status 1');
});

test('a command that a signal ends names the signal', async () => {
  expect((await failureOf(run('sh', ['-c', 'kill -TERM $$'], { timeout }))).message).toBe('sh was ended by SIGTERM');
});

test('a missing command is named', async () => {
  expect((await failureOf(run('mesh-platform-no-such-program', [], { timeout }))).message).toBe(
    'mesh-platform-no-such-program is not installed',
  );
});

test('a command that takes too long is killed with its grandchildren', async () => {
  const error = await failureOf(run('sh', ['-c', 'sh -c "echo \\$\\$; exec sleep 60" & echo $$; wait'], { timeout: 1_000 }));
  expect(error.message).toMatch(/^sh did not end within 1 s/);
  const pids = error.output.trim().split('\n').map(Number);
  expect(pids).toHaveLength(2);
  for (const pid of pids) await waitFor(`process ${pid} to end`, () => isDead(pid), { timeout: 5_000, every: 10 });
});

test('passes on each line of standard error, the last one without a line feed too', async () => {
  const lines: string[] = [];
  await run('sh', ['-c', 'printf "one\\ntwo\\nthree" >&2; echo out'], { timeout, onLine: (line) => lines.push(line) });
  expect(lines).toEqual(['one', 'two', 'three']);
});

test('passes on a line while the command still runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-run-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let passLine: () => void = () => {};
  const line = new Promise<void>((resolve) => {
    passLine = resolve;
  });
  const pipe = join(folder, 'pipe');
  await run('mkfifo', [pipe], { timeout });
  const ended = run('sh', ['-c', `echo ready >&2; cat ${pipe}`], { timeout, onLine: passLine });
  await line;
  await run('sh', ['-c', `echo go on > ${pipe}`], { timeout });
  expect(await ended).toBe('go on\n');
});

test('what a command printed is appended to its log, whether it fails or not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-run-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const log = join(folder, 'log');
  await run('echo', ['fine'], { timeout, log });
  await failureOf(run('sh', ['-c', 'echo broken >&2; exit 1'], { timeout, log }));
  expect(await readFile(log, 'utf8')).toBe('$ echo fine\nfine\n\n$ sh -c echo broken >&2; exit 1\nbroken\n\n');
});

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
  const program = `const { endingWithUs } = await import(${JSON.stringify(new URL('run.ts', import.meta.url).href)});
    const [command, args] = endingWithUs('sh', ['-c', ${JSON.stringify(script)}]);
    (await import('node:child_process')).spawn(command, args, { detached: true, stdio: 'ignore' });`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  onTestFinished(() => void parent.kill('SIGKILL'));
  await waitFor('both', async () => ((await alive(mark)).length === 2 ? true : undefined), { timeout: 10_000 });
  parent.kill('SIGKILL');
  await waitFor('the end of both', async () => ((await alive(mark)).length === 0 ? true : undefined), { timeout: 10_000 });
});
