import { type OpenedView, openView, type Snapshot } from '@mesh-platform/view';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityViolations, openBrowser, type Visitor, visit } from './samples/support/browser.ts';

// Only the page: its server shows generated snapshots, so no cluster with 200 services is needed.
const SERVICES = 200;
const UPDATE_MS = 1_000;
/** Milliseconds of work for one update: far above what a quiet machine takes, far below what a user notices as standing still. */
const BOUNDS = { groups: 150, all: 500 } as const;

const nameOf = (index: number): string => `service-${index}`;
/** Each service calls two others; every tenth has failures. Counts grow with each round. */
function snapshotOf(round: number): Snapshot {
  const indexes = Array.from({ length: SERVICES }, (_, index) => index);
  const at = new Date(1_790_000_000_000 + round * UPDATE_MS).toISOString();
  return {
    at,
    openedAt: at,
    platform: { topology: 'many', namespace: 'platform', target: 'generated', url: 'http://127.0.0.1:1' },
    unknown: [],
    istiod: { ready: 1, pods: 1 },
    services: indexes.map((index) => ({
      ...{ name: nameOf(index), kind: 'service', versions: ['v1'], refused: 0, shares: [] },
      pods: [{ pod: `${nameOf(index)}-1`, version: 'v1', ready: true, restarts: 0, connected: true, handshakes: round, failedHandshakes: 0 }],
    })),
    calls: indexes.flatMap((index) =>
      [2 * index + 1, 2 * index + 2].filter((to) => to < SERVICES).map((to) => ({
        ...{ from: nameOf(index), to: nameOf(to), kind: 'http', rate: 10, refused: 0, isKnown: true },
        versions: [{ version: 'v1', answers: 10 * round, failures: index % 10 === 0 ? round : 0, clientErrors: 0, retried: 0, p50: 5, p99: 25 }],
      })),
    ),
    failures: [],
    traces: [],
    verification: { at, drift: [], splits: [], findings: [] },
  };
} // biome-ignore format: one object each

let browser: Browser;
let view: OpenedView;
let visitor: Visitor;
let page: Page;
let session: CDPSession;
const shown: (ReadonlySet<string> | undefined)[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  const none = async (): Promise<never> => {
    throw new Error('this view has no cluster');
  };
  const actions = { planSplit: none, split: none, startRollout: none, abortRollout: none, request: none, trace: none, verify: none };
  const listen = (listener: (snapshot: Snapshot) => void, visible?: ReadonlySet<string>) => {
    shown.push(visible);
    let round = 1;
    listener(snapshotOf(round));
    const timer = setInterval(() => listener(snapshotOf(++round)), UPDATE_MS);
    return () => clearInterval(timer);
  };
  view = await openView({ listen, actions, settings: { readOnly: true, suffix: '' }, port: 0 });
  visitor = await visit(browser, new URL(view.url).origin, { viewport: { width: 1280, height: 900 } });
  page = visitor.page;
  session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(view.url);
  await page.locator('.node.group').first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await view?.close();
});

const chosen = () => page.locator('#focus');

/** Milliseconds of work that one update takes the page, over four of them. */
async function workOfUpdate(): Promise<number> {
  const work = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  const before = await work();
  await page.waitForTimeout(4 * UPDATE_MS);
  return (((await work()) - before) * 1000) / 4;
}

it('draws one service with its callers and callees, collapses the others, and asks for what it draws', async () => {
  expect(await page.locator('.node').count()).toBeLessThan(10);
  await chosen().selectOption('service-20');
  await page.locator('[data-node="service-9"]').waitFor(); // its caller
  expect(await page.locator('.node:not(.group)').count()).toBe(4);
  await expect.poll(() => [...(shown.at(-1) ?? [])].sort()).toEqual(['service-20', 'service-41', 'service-42', 'service-9']);
  expect(await accessibilityViolations(page)).toEqual([]);
  const work = await workOfUpdate();
  console.log(`an update in groups: ${work.toFixed(1)} ms`);
  expect(work).toBeLessThan(BOUNDS.groups);
});

it('opens a group by keyboard, and draws around the service that is chosen there', async () => {
  await page.locator('.node.group').first().focus();
  await page.keyboard.press('Enter');
  const member = page.locator('#service button').first();
  const name = (await member.textContent()) ?? '';
  await member.click();
  await page.locator(`[data-node="${name}"]`).waitFor();
  expect(await chosen().inputValue()).toBe(name);
});

it('draws all of them on request, as a graph and as a table, and stays usable', async () => {
  await chosen().selectOption('');
  await expect.poll(() => page.locator('.node').count()).toBe(SERVICES);
  await expect.poll(() => shown.at(-1)).toBeUndefined();
  const work = await workOfUpdate();
  console.log(`an update of all as a graph: ${work.toFixed(1)} ms`);
  expect(work).toBeLessThan(BOUNDS.all);
  await page.getByRole('button', { name: 'Table' }).click();
  await expect.poll(() => page.locator('#table tbody tr').count()).toBe(SERVICES - 1);
  const ofTable = await workOfUpdate();
  console.log(`an update of all as a table: ${ofTable.toFixed(1)} ms`);
  expect(ofTable).toBeLessThan(BOUNDS.all);
  expect(visitor.complaints).toEqual([]);
});
