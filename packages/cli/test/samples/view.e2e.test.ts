import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inParallel } from '@mesh-platform/kubernetes';
import { underLoad } from '@mesh-platform/proofs';
import { checkout, type RunningTarget } from '@mesh-platform/targets';
import type { Snapshot } from '@mesh-platform/view';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { accessibilityViolations, openBrowser, type Visitor, visit } from './support/browser.ts';
import { type StartedView, startView } from './support/view.ts';

let target: RunningTarget;
let browser: Browser;
let view: StartedView;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  await Promise.all([
    startView().then((started) => {
      view = started;
    }),
    openBrowser().then((opened) => {
      browser = opened;
    }),
    runningTarget().then((found) => {
      target = found;
    }),
  ]);
  visitor = await visit(browser, new URL(view.url).origin, { viewport: { width: 1280, height: 900 } });
  page = visitor.page;
  await page.goto(view.url);
  await page.getByText('as the topology declares').waitFor(); // the first reading is done, and plan has run
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await view?.end();
}, 60_000);

beforeEach(async () => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.reload();
  await page.locator('[data-node="preview"]').waitFor();
});
afterEach(() => expect(visitor.complaints).toEqual([]));

const send = (count: number, path = '/', headers: Readonly<Record<string, string>> = {}): Promise<readonly number[]> =>
  inParallel(Array.from({ length: count }), async () => {
    const answer = await fetch(`${target.gatewayUrl}${path}`, { headers });
    await answer.arrayBuffer();
    return answer.status;
  });

/** What a page must show as text. */
const HOSTILE = '<img/src=x/onerror=alert(1)><b>';

/** A request with a path as it is: fetch would encode it. */
const sendRaw = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(`${target.gatewayUrl}/`, { path, agent: false }, (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', reject);
  });

/** The cells of the table's rows that begin with these words, as numbers. */
async function sumOf(row: string, column: string): Promise<number> {
  const headers = await page.locator('#table thead th').allTextContents();
  const cells = await page.locator(`#table tr[data-row^="${row}"]`).evaluateAll((rows) => rows.map((one) => [...one.children].map((cell) => cell.textContent ?? ''))); // biome-ignore format: one call
  return cells.reduce((sum, texts) => sum + Number(texts[headers.indexOf(column)]?.replaceAll(',', '')), 0);
}

describe('the view', () => {
  it('counts exactly what was sent, within five seconds', async () => {
    await page.getByRole('button', { name: 'Table' }).click();
    const before = await sumOf('gateway preview', 'Requests');
    expect(new Set(await send(200))).toEqual(new Set([200]));
    const within = { timeout: 5_000, interval: 200 };
    await expect.poll(() => sumOf('gateway preview', 'Requests'), within).toBe(before + 200);
    await page.getByRole('button', { name: 'Graph' }).click();
    await expect.poll(() => page.locator('[data-edge="gateway→preview"] .rate').textContent()).toContain(` · ${before + 200}`);
  });

  it('shows a refused request with its cause, and the text of a path as text', async () => {
    expect(await sendRaw(`/metrics?${HOSTILE}`)).toBe(403);
    const failures = page.locator('#failures');
    await failures.getByText(`GET /metrics?${HOSTILE}`).first().waitFor({ timeout: 15_000 });
    await failures.getByText('preview refused GET /metrics').first().waitFor();
    expect(await page.locator('#failures img, #failures b').count()).toBe(0);
    await page.getByRole('button', { name: 'Table' }).click();
    expect(await sumOf('gateway preview', 'Refused')).toBeGreaterThan(0);
  });

  it('sends requests with a fault, and follows one through each proxy', async () => {
    await page.getByLabel('Path').fill('/api/path');
    await page.getByLabel('Fault').fill('core=unavailable:1');
    await page.getByRole('button', { name: 'Send 20 requests' }).click();
    await page.getByText(/\d+ × 503/).waitFor();
    await page.locator('.replies button').first().click();
    await expect
      .poll(
        async () => {
          await page.locator('.replies button').first().click();
          return page.locator('#trace .hops li').count();
        },
        { timeout: 20_000, interval: 1_000 },
      )
      .toBeGreaterThan(4); // the gateway, both sides of preview and web, each attempt at core
    // What the services traced of the same request, with their versions and the attempts at core.
    const traced = page.locator('#trace .hops li.service');
    await traced.getByText(/preview v\d answers GET/).waitFor();
    await traced.getByText('web v1 answers GET').waitFor();
    expect(await traced.getByText(/attempt [23]/).count()).toBeGreaterThan(0);
    await page.locator('#failures').getByText('core').first().waitFor();
  });

  it('sets weights by keyboard: every proxy has them in less than 2.5 s', async () => {
    const slider = page.getByRole('slider', { name: 'v1' });
    await slider.focus();
    for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('slider', { name: 'v2' }).inputValue()).toBe('50');
    await page.getByText('./platform mesh split preview v1=50 v2=50').waitFor();
    await page.getByRole('button', { name: 'Check' }).first().click();
    await page.getByText(/This changes: .*v1=80 v2=20 → v1=50 v2=50/).waitFor();
    await page.getByRole('button', { name: 'Set these weights' }).click();
    const answer = page.getByText(/prox(y|ies) had the weights after/);
    await answer.waitFor();
    expect(Number(/after ([\d,]+) ms/.exec((await answer.textContent()) ?? '')?.[1]?.replace(',', ''))).toBeLessThan(2_500);
    await page.locator('[data-version="v1"]', { hasText: 'set 50 %' }).waitFor();
    await page.getByText('1 with other weights, by split').waitFor({ timeout: 20_000 });
    expect((await platform(['mesh', 'apply', '--yes', '--instance', instanceName()])).status).toBe(0);
    await page.locator('[data-version="v1"]', { hasText: 'set 80 %' }).waitFor();
  }, 90_000);

  it('watches a rollout of a bad version to its rollback; the weights are locked meanwhile', { timeout: 180_000 }, async () => {
    try {
      await underLoad(
        { perSecond: 30, atMost: 200 },
        () => send(1, '/', { 'x-fault': 'preview/v2=unavailable:0.5' }),
        async () => {
          await page.getByRole('button', { name: 'Start a rollout' }).click();
          await page.getByText('Evidence of harm').waitFor();
          expect(await page.getByRole('slider', { name: 'v1' }).isDisabled()).toBe(true);
          await page.getByText(/The last one, of v2: rolled back, the canary has more/).waitFor({ timeout: 120_000 });
        },
      );
      await page.locator('[data-version="v2"]', { hasText: 'set 0 %' }).waitFor();
      expect(await page.getByRole('slider', { name: 'v1' }).isDisabled()).toBe(false);
    } finally {
      await platform(['mesh', 'rollout', 'preview', 'v2', '--abort', '--instance', instanceName()]);
      await platform(['mesh', 'apply', '--yes', '--instance', instanceName()]);
    }
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 768],
    ['dark', 390],
  ] as const)('has no accessibility violation, %s, %i pixels wide, as a graph and as a table', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await send(5, '/metrics');
    await page.locator('#failures details').first().waitFor({ timeout: 15_000 });
    for (const name of ['Graph', 'Table']) {
      await page.getByRole('button', { name }).click();
      await pause(500); // one drawing more
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
    }
  });

  it('reports within five seconds that nothing comes from a process that stands still, and goes on with it', async () => {
    process.kill(view.pid, 'SIGSTOP');
    try {
      await page.getByText('Not known now: no news since').waitFor({ timeout: 7_000 }); // the last news may be two seconds old
    } finally {
      process.kill(view.pid, 'SIGCONT');
    }
    await page.locator('#unknown').waitFor({ state: 'hidden', timeout: 15_000 });
  });

  it('gives another user of this machine nothing: no page, no order, and no token in its arguments', async () => {
    const { origin, pathname, search } = new URL(view.url);
    const base = new URL(page.url()).pathname;
    const script = `import json, urllib.request, urllib.error
def status(path, data=None):
    try:
        return urllib.request.urlopen(urllib.request.Request('${origin}' + path, data=data, headers={'content-type': 'application/json', 'origin': '${origin}'})).status
    except urllib.error.HTTPError as error:
        return error.code
arguments = open('/proc/${view.pid}/cmdline').read()
print(json.dumps([status('/'), status('${base}'), status('${base}events'), status('${base}orders', b'{"action":"verify"}'), status('${pathname}${search}'), '${search}'.split('=')[1] in arguments]))`;
    const asAnother = ['--reuid=65534', '--regid=65534', '--clear-groups', '/usr/bin/python3', '-c', script];
    const { stdout } = await promisify(execFile)('setpriv', asAnother);
    expect(JSON.parse(stdout)).toEqual([403, 403, 403, 403, 403, false]); // even one that learned the path, or the token that was used
  });

  it('chooses a service by keyboard', async () => {
    await page.locator('[data-node="core"]').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'core', exact: true }).waitFor();
  });
});

it('view --json prints what the page gets, one snapshot on a line, with the trace of a request', { timeout: 60_000 }, async () => {
  const child = spawn(`${checkout}/platform`, ['view', '--json', '--instance', instanceName()], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const sent = new Set<string | null>();
  let found: Snapshot | undefined;
  try {
    for await (const line of createInterface(child.stdout)) {
      const snapshot: Snapshot = JSON.parse(line);
      const answering = snapshot.traces.filter(({ requestId }) => sent.has(requestId)).map(({ spans }) => spans.flatMap(({ kind, service }) => (kind === 'server' ? [service] : []))); // biome-ignore format: one list
      if (answering.some((services) => ['preview', 'web', 'core'].every((name) => services.includes(name)))) found = snapshot;
      if (found) break;
      // Each reading again: the first requests come before the view reads the pods' traces.
      const headers = { traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01` };
      const answer = await fetch(`${target.gatewayUrl}/api/documents`, { headers });
      await answer.arrayBuffer();
      sent.add(answer.headers.get('x-request-id'));
    }
  } finally {
    child.kill('SIGINT');
    await ended;
  }
  expect(found?.calls.map(({ from, to }) => `${from} ${to}`)).toContain('web core');
  const ofPage = await page.evaluate<string[]>(
    `new Promise((resolve) => Object.assign(new EventSource('events'), { onmessage({ data }) { this.close(); resolve(Object.keys(JSON.parse(data))); } }))`,
  );
  expect(Object.keys(found ?? {})).toEqual(ofPage);
});
