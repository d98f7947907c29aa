import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningTarget } from '@mesh-platform/targets';
import type { Browser, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { openBrowser, visit } from './support/browser.ts';
import { type StartedView, startView } from './support/view.ts';

/** An hour, or fewer minutes on request. */
const MINUTES = Number(process.env.VIEW_MINUTES ?? 60);
const PER_SECOND = 50;
/** Lists fill, and V8 compiles what runs often. */
const WARM_UP_MINUTES = Math.min(5, MINUTES / 4);
/** The least of so many minutes is memory that is in use: above it is what is being read. */
const WINDOW_MINUTES = Math.min(5, MINUTES / 4);
const SAMPLE_MS = 10_000;
const GROWTH = 1.1;

let target: RunningTarget;
let browser: Browser;
let view: StartedView;
beforeAll(async () => {
  [target, browser, view] = await Promise.all([runningTarget(), openBrowser(), startView({ NODE_OPTIONS: '--inspect=127.0.0.1:0' })]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await view?.end();
}, 60_000);

interface Sample {
  readonly process: number;
  readonly page: number;
}

/** Bytes in use of the view's process and of the page, after their garbage was collected. */
async function sample(session: CDPSession): Promise<Sample> {
  await view.collectGarbage();
  const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(await readFile(`/proc/${view.pid}/status`, 'utf8')) ?? [];
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { process: Number(kibibytes) * 1024, page: usedSize };
}

const least = (samples: readonly Sample[]): Sample => ({
  process: Math.min(...samples.map((one) => one.process)),
  page: Math.min(...samples.map((one) => one.page)),
});
const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1);

/** Requests at a steady pace, one in twenty with a fault, until `signal`. Nothing is kept of them, so that only the view can grow. */
async function load(signal: AbortSignal): Promise<number> {
  let sent = 0;
  let waiting = 0;
  const send = async (headers: Readonly<Record<string, string>>): Promise<void> => {
    waiting++;
    await fetch(`${target.gatewayUrl}/api/documents`, { headers, signal }).then((answer) => answer.arrayBuffer()).catch(() => {}); // biome-ignore format: one request
    waiting--;
  };
  const startedAt = performance.now();
  while (!signal.aborted) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * PER_SECOND);
    for (; sent < due; sent++) if (waiting < 200) void send(sent % 20 === 0 ? { 'x-fault': 'core=unavailable:0.5' } : {});
    await pause(20);
  }
  return sent;
}

it(
  `${MINUTES} minutes at ${PER_SECOND} requests a second let the memory of process and page grow by less than a tenth`,
  async () => {
    const { page } = await visit(browser, new URL(view.url).origin);
    const session = await page.context().newCDPSession(page);
    await page.goto(view.url);
    await page.getByText('as the topology declares').waitFor();
    const stop = new AbortController();
    const sending = load(stop.signal);
    const windows: Sample[] = [];
    try {
      await pause(WARM_UP_MINUTES * 60_000);
      for (let minute = WARM_UP_MINUTES; minute + WINDOW_MINUTES <= MINUTES; minute += WINDOW_MINUTES) {
        const samples: Sample[] = [];
        const until = performance.now() + WINDOW_MINUTES * 60_000;
        while (performance.now() < until) {
          samples.push(await sample(session));
          await pause(SAMPLE_MS);
        }
        const window = least(samples);
        windows.push(window);
        console.log(`after ${minute + WINDOW_MINUTES} min: process ${mebibytes(window.process)} MiB, page ${mebibytes(window.page)} MiB`);
      }
    } finally {
      stop.abort();
      console.log(`${await sending} requests`);
    }
    const [first, last] = [windows[0], windows.at(-1)];
    expect(windows.length).toBeGreaterThan(1);
    expect((last?.process ?? Number.NaN) / (first?.process ?? Number.NaN)).toBeLessThan(GROWTH);
    expect((last?.page ?? Number.NaN) / (first?.page ?? Number.NaN)).toBeLessThan(GROWTH);
  },
  (MINUTES + 10) * 60_000,
);
