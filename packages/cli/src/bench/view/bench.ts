import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { checkout, cpuSeconds, nodeAddress, tool } from '@mesh-platform/targets';
import type { Snapshot } from '@mesh-platform/view';
import { type Bench, INSTANCE, onItsOwnRunning } from '../bench.ts';
import { answers, measure } from '../overhead/load-run.ts';
import { type Turn, viewTable } from './view-table.ts';

/** What the mesh view costs the node, and the machine that it runs on. */
export const bench: Bench = (context) =>
  onItsOwnRunning(context, async () => viewTable(await measureView(INSTANCE, context.progress), RATE));

/** Requests a second. */
const RATE = 100;
const READY_MS = 60_000;
/** Ticks of the kernel's clock in a second, for /proc/PID/stat. */
const TICKS = 100;

/** How long each turn lasts, in seconds, and how often each side has one. */
export interface Effort {
  readonly seconds: number;
  readonly rounds: number;
}
const FULL: Effort = { seconds: 20, rounds: 5 };

/** Processor time under the same load with and without a view, in turns, so that a busy minute meets both sides. */
export async function measureView(instance: string, progress: Progress, { seconds, rounds }: Effort = FULL): Promise<readonly Turn[]> {
  const k6 = await tool('k6', progress);
  const { host, gatewayPort } = await nodeAddress(instance);
  const documents = `http://${host}:${gatewayPort}/api/documents`;
  await answers(documents);
  const underLoad = async (): Promise<number> => {
    const [before, startedAt] = [await cpuSeconds(instance), performance.now()];
    await measure(k6, { documents, seconds, rate: RATE });
    return ((await cpuSeconds(instance)) - before) / ((performance.now() - startedAt) / 1000);
  };
  const turns: Turn[] = [];
  await progress.step('warm up', () => measure(k6, { documents, seconds: 10, rate: RATE }));
  await progress.step(`${RATE} requests/s with and without a view`, async (note) => {
    for (let round = 1; round <= rounds; round++) {
      note(`${round} of ${rounds}`);
      const closed = round % 2 === 1 ? await underLoad() : undefined;
      const view = await openView(instance);
      const [before, startedAt] = [await ownCpuSeconds(view), performance.now()];
      const open = await underLoad();
      const own = ((await ownCpuSeconds(view)) - before) / ((performance.now() - startedAt) / 1000);
      await end(view);
      turns.push({ closed: closed ?? (await underLoad()), open, own });
    }
  });
  return turns;
}

/** A view that has read everything once. `--json` reads and sends what a page gets. */
async function openView(instance: string): Promise<ChildProcess> {
  const view = spawn(`${checkout}/platform`, ['view', '--json', '--instance', instance], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    const tooLate = () => reject(new PlatformError('the view did not read the mesh in time', 'run it again on a quieter machine'));
    const timer = setTimeout(tooLate, READY_MS);
    view.once('close', tooLate);
    createInterface(view.stdout).on('line', (line) => {
      if ((JSON.parse(line) as Snapshot).verification.at !== undefined) resolve();
    });
    view.once('close', () => clearTimeout(timer));
  }).catch((error) => {
    view.kill();
    throw error;
  });
  return view;
}

async function end(view: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => view.once('close', resolve));
  if (view.kill('SIGINT')) await ended;
}

/** Processor time of a process. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function ownCpuSeconds({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
