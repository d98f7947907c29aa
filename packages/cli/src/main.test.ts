import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';

let compiled = '';
beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), 'mesh-platform-compiled-'));
});
afterAll(() => rm(compiled, { recursive: true, force: true }));

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-platform-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
});

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command as the stub `./platform` does, with state and caches of its own. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): { child: ChildProcess; result: Promise<Result> } {
  const child = spawn(join(checkout, 'node_modules/.bin/node'), [join(checkout, 'packages/cli/src/main.ts'), ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, XDG_STATE_HOME: join(home, 'state'), XDG_CACHE_HOME: join(home, 'cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const result = new Promise<Result>((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject).once('close', (status) => resolve({ status, stdout, stderr }));
  });
  return { child, result };
}

const platform = (...args: string[]): Promise<Result> => start(args).result;
const STACK = /^\s+at .*:\d+/m;

test.each([
  [['help'], 'Usage: ./platform [options] [command]'],
  [['help', 'mesh', 'split'], 'Usage: ./platform mesh split '],
  [['mesh', 'help', 'split'], 'Usage: ./platform mesh split '],
])('%j shows the help of that command', { timeout: 20_000 }, async (args, usage) => {
  const { status, stdout } = await platform(...args);
  expect(stdout).toContain(usage);
  expect(status).toBe(0);
});

test('--version prints the versions of the platform, Kubernetes, Istio and Node.js', { timeout: 20_000 }, async () => {
  const { status, stdout } = await platform('--version');
  expect(stdout).toMatch(/^platform \d\S*\nKubernetes \d\S*\nIstio \d\S*\nNode\.js \d\S*\n$/);
  expect(status).toBe(0);
});

test.each([
  ['an unknown command', ['nonsense'], "platform: unknown command 'nonsense'\n  → ./platform --help lists the commands\n"],
  ['a misspelt command', ['stauts'], "platform: unknown command 'stauts'\n  → did you mean status?\n"],
  [
    'a misspelt command of a group',
    ['mesh', 'pln'],
    "unknown command 'pln'\n  → did you mean plan?\n  → ./platform mesh --help lists the commands",
  ],
  ['help of a command that is none', ['help', 'mesh', 'nosuch'], "unknown command 'nosuch'\n  → ./platform mesh --help lists the commands"],
  ['an unknown option', ['--nonsense', 'url'], "unknown option '--nonsense'"],
  ['a misspelt option', ['logs', '--folow'], "unknown option '--folow'\n  → did you mean --follow?\n  → ./platform logs --help shows"],
  ['an option of another command', ['up', '--purge'], "unknown option '--purge'"],
  ['an option without its value', ['url', '--instance'], "option '-n, --instance <name>' argument missing"],
  ['an argument too many', ['url', 'extra'], 'too many arguments'],
  [
    'a suite that is none',
    ['test', 'nosuch'],
    "invalid suite 'nosuch'\n  → name one of: unit, integration, fuzz, machine, e2e, load, infra, guide, endurance, scale, kind, vm\n",
  ],
  ['an unknown suite after a known one', ['test', 'unit', 'nosuch'], "invalid suite 'nosuch'\n"],
  ['a benchmark that is none', ['bench', 'nosuch'], "there is no benchmark 'nosuch'\n  → name one of: "],
  ['a tool that is none', ['tool', 'nosuch'], "invalid tool 'nosuch'\n  → name one of: kubectl, "],
  ['a builder that is none', ['image', 'web-v1', '--with', 'nosuch'], "invalid --with 'nosuch'\n  → name one of: docker, buildah\n"],
  [
    'a service to inspect that is none',
    ['dev', '--inspect', 'nosuch'],
    "there is no service 'nosuch' with code in apps\n  → name one of: ",
  ],
  [
    'an inspected service whose images are built',
    ['dev', '--images', '--inspect', 'x'],
    '--inspect needs the programs that dev starts itself\n  → leave --images out',
  ],
  ['a time span that is none', ['logs', '--since', 'soon'], "'soon' is no time span\n  → use a number and s, m, h or d"],
  ['a file to check that is none', ['mesh', 'check', 'nosuch.yaml'], 'there is no nosuch.yaml\n  → name files or folders'],
  ['a target that is none', ['--on', 'nowhere', 'up'], "platform: there is no target 'nowhere'\n  → use --on embedded"],
  ['a name that names no instance', ['-n', '../x', 'url'], "platform: '../x' cannot name an instance\n  → use 1 to 20"],
  ['no command', [], 'Usage: ./platform'],
])('%s is wrong usage: it exits 2 and prints why', { timeout: 20_000 }, async (_words, args, message) => {
  const { status, stdout, stderr } = await platform(...args);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(STACK);
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test.each([
  ['a target that does not run', ['--instance', 'a', 'status'], "the target 'embedded' does not run", './platform up --instance a'],
  ['the default target that does not run', ['kubeconfig'], "the target 'embedded' does not run", 'bring it up: ./platform up\n'],
])('%s is a failure: it exits 1 with a message and a hint', { timeout: 20_000 }, async (_words, args, message, hint) => {
  const { status, stdout, stderr } = await platform(...args);
  expect(stderr).toContain(`platform: ${message}`);
  expect(stderr).toContain('→ ');
  expect(stderr).toContain(hint);
  expect(stderr).not.toMatch(STACK);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

test('down without a running target prints that and exits 0', { timeout: 20_000 }, async () => {
  expect(await platform('--instance', 'a', 'down')).toMatchObject({ status: 0, stdout: 'nothing was running\n' });
});

test('with --json, down prints for a program', { timeout: 20_000 }, async () => {
  const { stdout } = await platform('--instance', 'a', '--json', 'down');
  expect(JSON.parse(stdout)).toEqual({ stopped: false, purged: false });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends the command and what it has started, with status %i', { timeout: 20_000 }, async (signal, status) => {
  const started = join(home, 'started');
  const program = join(home, 'unshare'); // the first program that doctor starts
  await writeFile(program, `#!/bin/sh\necho $$ >${started}.draft\n/bin/mv ${started}.draft ${started}\nexec /bin/sleep 60\n`);
  await chmod(program, 0o755);
  const { child, result } = start(['doctor'], { PATH: home });
  const pid = await waitFor('doctor’s first program', async () => Number(await readFile(started, 'utf8')), { timeout: 10_000, every: 10 });
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // as it should be
    }
  });
  child.kill(signal);
  expect(await result).toMatchObject({ status });
  await waitFor('doctor’s first program to end', () => isDead(pid), { timeout: 5_000, every: 10 });
});

/** A zombie that is not reaped yet counts as dead. */
const isDead = async (pid: number): Promise<true | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined || /\) [ZX] /.test(stat) ? true : undefined;
};
