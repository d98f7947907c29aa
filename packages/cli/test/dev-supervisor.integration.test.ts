import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort, waitFor } from '@mesh-platform/targets';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { forwardDebugger } from '../src/dev/forward-debugger.ts';
import { withInlineMap } from '../src/dev/inline-map.ts';
import type { Supervision, Taken } from '../src/dev/pod/supervisor.ts';
import { Debugger, type Script, sourcesOf } from './support/debugger.ts';

const SUPERVISOR = join(import.meta.dirname, '../src/dev/pod/supervisor.ts');
const LIMIT = { timeout: 10_000, every: 20 };

/** A program that answers with a word, and a word of each package. */
const program = (word: string, begin = '', more = '') => `${begin}
import { createServer } from 'node:http';
import theirs from 'theirs';
import ours from '@ours/lib';
const server = createServer(({ url }, response) => {
  ${more}
  response.end(url === '/readyz' ? 'ok' : '${word} ' + theirs + ' ' + ours);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
`;
const packageJson = '{"type":"module","exports":"./index.js"}';

let supervision: Supervision;
let port = 0;
let supervisor: ChildProcess;
let printed = '';
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-supervisor-'));
  const [image, copies] = [join(folder, 'app'), join(folder, 'copies')];
  await mkdir(copies);
  const files = {
    'package.json': '{"type":"module"}',
    'dist/main.js': program('image'),
    'node_modules/theirs/package.json': packageJson,
    'node_modules/theirs/index.js': "export default 'theirs';",
    'node_modules/@ours/lib/package.json': packageJson,
    'node_modules/@ours/lib/index.js': "export default 'ours';",
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(image, name)), { recursive: true });
    await writeFile(join(image, name), text);
  }
  port = await freePort();
  supervision = {
    image,
    copies,
    program: [process.execPath, 'dist/main.js'],
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    port: await freePort(),
  };
  printed = '';
  start();
  await answers('image theirs ours');
  onTestFinished(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });
});

function start(): void {
  supervisor = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SUPERVISOR, JSON.stringify(supervision)], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  supervisor.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
}

async function stop(): Promise<void> {
  const closed = once(supervisor, 'close');
  supervisor.kill('SIGTERM');
  await closed;
}

const ask = async (path = '/') => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
const answers = (words: string) => waitFor(words, async () => ((await ask()) === words ? true : undefined), LIMIT);

/** Sends our own files, as a session does. */
async function send(main: string, lib = "export default 'ours';"): Promise<Taken> {
  const files = {
    'package.json': '{"type":"module"}',
    'dist/main.js': main,
    'node_modules/@ours/lib/package.json': packageJson,
    'node_modules/@ours/lib/index.js': lib,
  };
  const encoded = Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
  const body = JSON.stringify(Object.fromEntries(encoded));
  const url = `http://127.0.0.1:${supervision.port}/`;
  const answer = await waitFor('the supervisor', () => fetch(url, { method: 'POST', body }), LIMIT);
  return (await answer.json()) as Taken;
}

test('starts the program with what is sent, of our packages too, and with the image’s packages of others', async () => {
  expect(await send(program('sent'), "export default 'changed';")).toEqual({ outcome: 'ready' });
  expect(await ask()).toBe('sent theirs changed');
});

test('does not restart the program where it runs the sent files already', async () => {
  expect(await send(program('image'))).toEqual({ outcome: 'unchanged' });
});

test('reports how a program ended that cannot start, and starts the previous one', async () => {
  await send(program('good'));
  const taken = await send(program('bad', "throw new Error('dies at once');"));
  expect(taken).toMatchObject({ outcome: 'put back', cause: expect.stringMatching(/^ended with status 1: .*dies at once/s) });
  expect(await ask()).toBe('good theirs ours');
  expect(await send(program('fixed'))).toEqual({ outcome: 'ready' });
});

test('restores the previous program where the new one ends soon after it was ready, and restarts that one where it ends', async () => {
  const dies = "if (url === '/die') process.exit(3);";
  await send(program('good', '', dies));
  await send(program('new', '', `${dies} `));
  await ask('/die').catch(() => {});
  await answers('good theirs ours');
  expect(printed).toContain('the program ended with status 3; the previous program is restored');
  await ask('/die').catch(() => {});
  await waitFor('a start', () => (printed.includes('it is restarted') ? true : undefined), LIMIT);
  await answers('good theirs ours');
});

test('goes on with the sent files when it is restarted itself', async () => {
  await send(program('sent'));
  await stop();
  start();
  await answers('sent theirs ours');
});

/** Forwards a port of this machine to the debugger of the supervised program, as a session does to one in a pod. */
async function forwarded(inspectorPort: number): Promise<number> {
  const pod = {
    metadata: { name: 'web-1', labels: { app: 'web' } },
    spec: { volumes: [{ name: 'dev-copies' }] },
    status: { containerStatuses: [{ name: 'web', state: { running: {} } }] },
  };
  const cluster = { list: async () => [pod] as never, forward: async () => connect(inspectorPort, '127.0.0.1') };
  const [own, ended] = [await freePort(), new AbortController()];
  await forwardDebugger(cluster, { service: 'web', version: 'v1' }, own, ended.signal);
  onTestFinished(() => ended.abort());
  return own;
}

test('a debugger stops at a line of the source in this checkout, and attaches again after a save', async () => {
  const inspectorPort = await freePort();
  supervision = { ...supervision, inspectorPort };
  await stop();
  start();
  await answers('image theirs ours');
  const own = await forwarded(inspectorPort);
  const source = join(dirname(supervision.image), 'src/main.ts');
  const compiled = join(dirname(supervision.image), 'dist/main.js');
  await mkdir(dirname(source));
  await mkdir(dirname(compiled));
  const text = program('debugged', '', "if (url === '/stop') response.setHeader('stopped', 'here');");
  await writeFile(source, text);
  await writeFile(compiled, `${text}//# sourceMappingURL=main.js.map`);
  await writeFile(`${compiled}.map`, JSON.stringify({ version: 3, sources: ['../src/main.ts'], mappings: 'AAAA' }));
  expect(await send(Buffer.from(await withInlineMap(compiled), 'base64').toString())).toEqual({ outcome: 'ready' });

  const attached = await Debugger.attach(own);
  await attached.call('Debugger.enable');
  const script = await attached.event<Script>('Debugger.scriptParsed', ({ url }) => url.endsWith('/dist/main.js'));
  expect(sourcesOf(script)).toEqual([pathToFileURL(source).href]);
  const lineNumber = text.split('\n').findIndex((line) => line.includes("'/stop'"));
  await attached.call('Debugger.setBreakpoint', { location: { scriptId: script.scriptId, lineNumber } });
  const answer = ask('/stop');
  await attached.event('Debugger.paused');
  await attached.call('Debugger.resume');
  expect(await answer).toBe('debugged theirs ours');

  expect(await send(program('saved'))).toEqual({ outcome: 'ready' });
  const again = await Debugger.attach(own);
  expect(await again.call('Runtime.evaluate', { expression: '6 * 7' })).toMatchObject({ result: { value: 42 } });
  for (const one of [attached, again]) one.close();
});
