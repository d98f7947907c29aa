import { setTimeout as pause } from 'node:timers/promises';
import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, runningTarget } from '../support/platform.ts';
import { openBrowser, type Visitor, visit } from './support/browser.ts';
import { aPodOf, ready, scale } from './support/disturbing.ts';
import { kill } from './support/kills.ts';
import { type StartedView, startView } from './support/view.ts';

// A page that is trusted must report what it no longer knows: within 5 s, and it must recover by itself.
const REPORTS = { timeout: 5_000, interval: 100 };
const RECOVERS = { timeout: 120_000, interval: 500 };

let target: RunningTarget;
let browser: Browser;
let view: StartedView;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [target, browser, view] = await Promise.all([runningTarget(), openBrowser(), startView()]);
  visitor = await visit(browser, new URL(view.url).origin);
  page = visitor.page;
  await page.goto(view.url);
  await page.getByText('as the topology declares').waitFor();
}, 120_000);
afterEach(() => expect(visitor.complaints).toEqual([]));
beforeEach(() => page.getByRole('button', { name: 'Table' }).click());
afterAll(async () => {
  await browser?.close();
  await view?.end();
}, 60_000);

/** What the page does not know; empty where it knows all. */
const unknown = async (): Promise<string> => ((await page.locator('#unknown').isHidden()) ? '' : page.locator('#unknown').innerText());
/** Requests of the gateway that the page has counted. */
const counted = (): Promise<number> =>
  page.locator('#table tr[data-row^="gateway preview"]').evaluateAll((rows) => rows.reduce((sum, row) => sum + Number((row.children[5]?.textContent ?? '').replaceAll(',', '')), 0)); // biome-ignore format: one call
const send = async (count: number): Promise<void> => {
  for (let sent = 0; sent < count; sent++) await (await fetch(target.gatewayUrl)).arrayBuffer();
};

/** The page knows everything again, and counts what is sent from then on, each request once. */
async function recovers(): Promise<void> {
  await expect.poll(unknown, RECOVERS).toBe('');
  await pause(4_000); // two readings more: no count is on its way
  const before = await counted();
  await send(10);
  await expect.poll(counted, { timeout: 10_000, interval: 200 }).toBe(before + 10);
}

it('killed pods: the page shows that one is not ready, and the next one in its place', { timeout: 240_000 }, async () => {
  const { name } = await aPodOf(target, 'web');
  await page.getByRole('button', { name: 'Graph' }).click();
  await page.locator('[data-node="web"]').click();
  await page.getByRole('cell', { name }).waitFor();
  await target.cluster.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE } });
  const states = () => page.locator('#states').innerText();
  await expect.poll(states, REPORTS).toMatch(/✗ \d of \d pods ready/);
  await ready(target, 'web', 1);
  await expect.poll(states, RECOVERS).toMatch(/✓ (\d) of \1 pods ready/);
  expect(await page.getByRole('cell', { name }).count()).toBe(0);
  await page.getByRole('button', { name: 'Table' }).click();
  await recovers();
});

it('istiod unavailable: the page reports that no change of weights reaches the proxies', { timeout: 300_000 }, async () => {
  try {
    await scale(target, ISTIO_NAMESPACE, 0, ['istiod']);
    await expect.poll(unknown, REPORTS).toContain('istiod has no ready pod');
    const before = await counted();
    await send(10);
    await expect.poll(counted, { timeout: 10_000, interval: 200 }).toBe(before + 10); // the proxies go on without it
  } finally {
    await scale(target, ISTIO_NAMESPACE, 1, ['istiod']);
  }
  await recovers();
});

it('API server killed: the page reports that everything is from before', { timeout: 240_000 }, async () => {
  expect(await kill('kube-apiserver', instanceName())).toHaveLength(1);
  await expect.poll(unknown, REPORTS).toMatch(/the API server does not answer|proxies that do not answer/);
  await recovers();
});

it('laptop asleep: the page reports since when it has no news, and counts what it slept through', { timeout: 240_000 }, async () => {
  const before = await counted();
  process.kill(view.pid, 'SIGSTOP');
  try {
    await expect.poll(unknown, { ...REPORTS, timeout: 7_000 }).toContain('no news since'); // the last news may be two seconds old
    await send(10);
    await pause(40_000);
  } finally {
    process.kill(view.pid, 'SIGCONT');
  }
  await expect.poll(unknown, RECOVERS).toBe('');
  await expect.poll(counted, { timeout: 10_000, interval: 200 }).toBe(before + 10);
  await recovers();
});

it('page frozen: it catches up when it runs again', { timeout: 240_000 }, async () => {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await send(10);
  await pause(15_000);
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await recovers();
});

it('page hidden: nothing is read for it, its tab shows that it is paused, and it catches up when it is shown again', {
  timeout: 240_000,
}, async () => {
  const before = await counted();
  const hide = (isHidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`); // biome-ignore format: one call
  await hide(true);
  expect(await page.title()).toBe('(paused) Mesh view');
  await expect.poll(unknown, { ...REPORTS, timeout: 7_000 }).toContain('no news since');
  await send(10);
  await pause(5_000);
  expect(await counted()).toBe(before);
  await hide(false);
  expect(await page.title()).toBe('Mesh view');
  await expect.poll(counted, REPORTS).toBe(before + 10);
  await recovers();
});
