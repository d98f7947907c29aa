import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunningTarget, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { Debugger, type Script, sourcesOf } from '../support/debugger.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { copyOfCheckout } from './support/checkout-copy.ts';
import { readDocument, saveDocument } from './support/documents.ts';

const CONTROLLER = 'apps/core/src/path/path.controller.ts';
const HOP = 'hopOf(headersOf(metadata), performance.now(), this.identity)';
const TOPOLOGY = 'platform.mesh.ts';
/** Milliseconds until a save's cause is shown: 3 s, where others leave a processor to it. */
const causeMs = () => 3_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
const SERVED = { timeout: 30_000, every: 50 };

let target: RunningTarget;
let copy: Awaited<ReturnType<typeof copyOfCheckout>>;
const originals = new Map<string, string>();
let session: ChildProcess;
let output = '';
beforeAll(async () => {
  target = await runningTarget();
  copy = await copyOfCheckout();
  session = spawn(join(copy.folder, 'platform'), ['dev', '--inspect', 'core', '--instance', instanceName()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [session.stdout, session.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  await shown('Watching for changes', 170_000);
}, 180_000);
afterAll(async () => {
  if (session.exitCode === null) {
    session.kill('SIGINT');
    await once(session, 'close');
  }
  await copy.remove();
}, 120_000);

const shown = (words: string, timeout: number, from = 0): Promise<true> =>
  waitFor(`'${words}' in:\n${output.slice(from)}`, () => (output.slice(from).includes(words) ? true : undefined), { timeout, every: 20 });

/** Saves a file of the copy as it was, with a word in the place of another. */
async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(copy.folder, file);
  const text = originals.get(file) ?? (await readFile(path, 'utf8'));
  originals.set(file, text);
  expect(text).toContain(from);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
}

/** The pod of core, as the path of a request names it: what an edit changes. */
async function podOfCore(): Promise<string | undefined> {
  const answer = await fetch(`${target.gatewayUrl}/api/path`, { signal: AbortSignal.timeout(5_000) });
  const { hops = [] } = (await answer.json()) as { hops?: readonly { readonly service: string; readonly pod: string }[] };
  return hops.find(({ service }) => service === 'core')?.pod;
}
const serves = (pod: string) => waitFor(`core as ${pod}`, async () => ((await podOfCore()) === pod ? true : undefined), SERVED);
const edited = (pod: string) => edit(CONTROLLER, HOP, `{ ...${HOP}, pod: '${pod}' }`);

it('puts an edit that compiles into the running pod', async () => {
  await edited('the first edit');
  await serves('the first edit');
});

it('stops at a breakpoint in the pod, and names the source of the checkout', async () => {
  const attached = await Debugger.attach(9_229);
  await attached.call('Debugger.enable');
  const script = await attached.event<Script>('Debugger.scriptParsed', ({ url }) => url.endsWith('/dist/path/path.controller.js'));
  expect(sourcesOf(script)).toEqual([pathToFileURL(join(copy.folder, CONTROLLER)).href]);
  const { scriptSource } = await attached.call<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId: script.scriptId });
  const lineNumber = scriptSource.split('\n').findIndex((line) => line.includes('hopOf(headersOf'));
  await attached.call('Debugger.setBreakpoint', { location: { scriptId: script.scriptId, lineNumber } });
  const pod = podOfCore();
  await attached.event('Debugger.paused');
  await attached.call('Debugger.resume');
  expect(await pod).toBe('the first edit');
  attached.close();
});

it('reports why an edit does not compile while the previous code serves, and goes on with one that compiles', async () => {
  const from = output.length;
  await edit(CONTROLLER, HOP, `{ ...${HOP}, pod: 7 }`);
  await shown('error TS2322', causeMs(), from);
  expect(await podOfCore()).toBe('the first edit');
  await edited('the second edit');
  await serves('the second edit');
});

it('reports why a program ended, restores the previous one, and goes on with one that runs', async () => {
  const from = output.length;
  await edit(CONTROLLER, '/** path.v1.Path', "throw new Error('dies at once');\n/** path.v1.Path");
  await shown('dies at once', causeMs(), from);
  await shown('the previous code serves again', 15_000, from);
  await serves('the second edit');
  await edited('the third edit');
  await serves('the third edit');
});

it('reports the errors of a topology and leaves the policies in force, and applies a valid one', async () => {
  const planned = () => platform(['--instance', instanceName(), 'mesh', 'plan', '--detailed-exitcode']);
  const from = output.length;
  await edit(TOPOLOGY, "timeout: '5s'", "timeout: '5 hours'");
  await shown('the previous policies stay in force', causeMs(), from);
  expect(output.slice(from)).toContain("'5 hours'");
  expect((await planned()).stdout).not.toContain('timeout');
  await edit(TOPOLOGY, "timeout: '5s'", "timeout: '6s'");
  await shown('mesh apply: applied', 20_000, from);
  expect((await planned()).stdout).toContain('timeout');
});

it('refuses a second session, and up, for as long as it runs', async () => {
  for (const command of ['dev', 'up']) {
    const { status, stderr } = await platform([command, '--instance', instanceName()]);
    expect(stderr).toContain(`runs ./platform dev on this target`);
    expect(status).toBe(1);
  }
});

it('puts everything back at Ctrl-C, and keeps the documents', async () => {
  const saved = await saveDocument(target.gatewayUrl, 'written while its service was edited');
  for (const [file, text] of originals) await writeFile(join(copy.folder, file), text);
  session.kill('SIGINT');
  const [status] = await once(session, 'close');
  expect(status, output.slice(-2_000)).toBe(0);
  await expect(Debugger.attach(9_229)).rejects.toThrow('fetch failed');
  expect(await target.cluster.list('apps/v1', 'Deployment', NAMESPACE, 'mesh.platform/dev=true')).toEqual([]);
  expect((await platform(['--instance', instanceName(), 'mesh', 'plan', '--detailed-exitcode'])).status).toBe(0);
  expect(await readDocument(target.gatewayUrl, saved.id)).toMatchObject({ title: 'written while its service was edited' });
}, 120_000);
