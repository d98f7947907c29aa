// Runs in pods instead of a service's program, as text: see scriptCommand. It imports only Node's own modules.
// Kubernetes would read a dollar sign before a parenthesis, or two of them, as its own: there is none here.
import { type ChildProcess, spawn } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Configuration of the supervisor, as JSON in its last argument. */
export interface Supervision {
  /** The folder of the program in the image, with its packages. */
  readonly image: string;
  /** A folder that it may write, empty at first. */
  readonly copies: string;
  /** What starts the program in that folder, or in a copy of it. */
  readonly program: readonly string[];
  /** The URL of the program's readiness. */
  readonly readyUrl: string;
  /** The port, on loopback, where it takes new files. */
  readonly port: number;
  /** The port, on loopback, where a debugger reaches the program; undefined where none does. */
  readonly inspectorPort?: number;
}

/** Our own files of the program, each as base64 by its path in the image. */
export type Files = Readonly<Record<string, string>>;

/** What became of files that were sent. */
export interface Taken {
  /** `unchanged`: they run already. `put back`: the previous program serves again. */
  readonly outcome: 'unchanged' | 'ready' | 'put back';
  /** Why they do not run. */
  readonly cause?: string;
}

interface Program {
  readonly folder: string;
  readonly child: ChildProcess;
  /** Resolves with the message of its end. */
  readonly ended: Promise<string>;
}

interface Good {
  readonly folder: string;
  readonly since: number;
}

/** A program that cannot serve by then fails. */
const READY_MS = 10_000;
/** One that ends by itself so soon after its files came fails as well. */
const PROBATION_MS = 10_000;
/** It is stopped for a developer who waits. */
const STOP_MS = 500;
const RESTART_MS = 500;
const LOOK_MS = 25;
/** Characters of a program's last output. */
const PRINTED = 2_000;

const { image, copies, program, readyUrl, port, inspectorPort } = JSON.parse(process.argv.at(-1) ?? '') as Supervision;
const lastGood = join(copies, 'good'); // a restarted container runs it
/** What could serve: the newest last, and the one before it. */
let good: Good[] = [{ folder: await readlink(lastGood).catch(() => image), since: 0 }];
let running = start(newest());
let turn: Promise<unknown> = Promise.resolve();

/** One thing after the other. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

function newest(): string {
  return good.at(-1)?.folder ?? image;
}

function start(folder: string): Program {
  const [command = '', ...args] = program;
  const debugged = inspectorPort ? { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --inspect=127.0.0.1:${inspectorPort}` } : {};
  const env = { ...process.env, DRAIN_MS: '0', ...debugged };
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'pipe'] });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    printed = (printed + text).slice(-PRINTED);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(`could not start: ${message}`));
    child.once('close', (status, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with status ${status}`;
      resolve(printed.trim() === '' ? how : `${how}: ${printed.trim()}`);
    });
  });
  const started = { folder, child, ended };
  void ended.then((how) => inTurn(() => restartEnded(started, how)));
  return started;
}

async function stop({ child, ended }: Program): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

/** A program that ended by itself. */
async function restartEnded(ended: Program, how: string): Promise<void> {
  if (ended !== running) return; // another took its place
  const { since } = good.at(-1) ?? { since: 0 };
  const putsBack = good.length > 1 && Date.now() - since < PROBATION_MS;
  if (putsBack) await keep(good.slice(0, -1));
  const next = putsBack ? 'the previous program is restored' : 'it is restarted';
  process.stdout.write(`${JSON.stringify({ level: 'error', msg: `the program ${how}; ${next}` })}\n`);
  await pause(RESTART_MS);
  running = start(newest());
}

async function take(files: Files): Promise<Taken> {
  if (await isWhatRuns(files)) return { outcome: 'unchanged' };
  const folder = await copyWith(files);
  await stop(running);
  running = start(folder);
  const cause = await whyNotReady(running);
  if (cause === undefined) {
    await keep([...good, { folder, since: Date.now() }].slice(-2));
    return { outcome: 'ready' };
  }
  await stop(running);
  running = start(newest());
  await rm(folder, { recursive: true });
  await whyNotReady(running);
  return { outcome: 'put back', cause };
}

async function isWhatRuns(files: Files): Promise<boolean> {
  const same = Object.entries(files).map(
    async ([path, content]) => (await readFile(join(newest(), path), 'base64').catch(() => undefined)) === content,
  );
  return (await Promise.all(same)).every(Boolean);
}

/** The program with these files as our own; packages of others are the image's. */
async function copyWith(files: Files): Promise<string> {
  const folder = await mkdtemp(join(copies, 'copy-'));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, 'base64');
  }
  await linkPackages(image, folder);
  return folder;
}

/** Links the packages that are missing in the copy of a package. */
async function linkPackages(from: string, to: string): Promise<void> {
  const names = await readdir(join(from, 'node_modules')).catch(() => []);
  const scoped = names.map(async (name) =>
    name.startsWith('@') ? (await readdir(join(from, 'node_modules', name))).map((inner) => join(name, inner)) : [name],
  );
  for (const name of (await Promise.all(scoped)).flat()) {
    const [theirs, ours] = [join(from, 'node_modules', name), join(to, 'node_modules', name)];
    if (await exists(ours)) await linkPackages(theirs, ours);
    else {
      await mkdir(dirname(ours), { recursive: true });
      await symlink(theirs, ours);
    }
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Why a program that was started cannot serve; undefined as soon as it can. */
async function whyNotReady({ ended }: Program): Promise<string | undefined> {
  let over: string | undefined;
  void ended.then((how) => {
    over = how;
  });
  let last = 'no answer';
  for (const until = Date.now() + READY_MS; Date.now() < until; await pause(LOOK_MS)) {
    if (over !== undefined) return over;
    try {
      const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(READY_MS) });
      last = await answer.text();
      if (answer.status === 200) return undefined;
    } catch {
      // it does not listen yet
    }
  }
  return `was not ready within ${READY_MS / 1_000} s: ${last}`;
}

/** Remembers what is good, across a restart of the container too, and forgets other copies. */
async function keep(those: Good[]): Promise<void> {
  good = those;
  await symlink(newest(), `${lastGood}.new`);
  await rename(`${lastGood}.new`, lastGood);
  const kept = new Set(good.map(({ folder }) => folder));
  const all = (await readdir(copies)).filter((name) => name.startsWith('copy-')).map((name) => join(copies, name));
  for (const folder of all) if (!kept.has(folder)) await rm(folder, { recursive: true });
}

createServer(async (request, response) => {
  try {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const files = JSON.parse(Buffer.concat(parts).toString()) as Files;
    response.end(JSON.stringify(await inTurn(() => take(files))));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(port, '127.0.0.1');

process.on('SIGTERM', () => {
  const { child, ended } = running;
  child.kill('SIGTERM');
  void ended.then(() => process.exit(0));
});
