import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';
import { openBrowser, visit } from './support/browser.ts';

let browser: Browser;
let origin: string;

beforeAll(async () => {
  [browser, { gatewayUrl: origin }] = await Promise.all([openBrowser(), runningTarget()]);
});

afterAll(() => browser?.close());

describe('the path of a request on the page', () => {
  it('shows the identities that were verified, and after an injected fault the attempts, the failures and the timeouts', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    await page.goto('/');
    const callers = await page.locator('#path [data-hop="caller"]').allTextContents();
    expect(callers).toEqual([
      'spiffe://cluster.local/ns/istio-ingress/sa/istio-ingressgateway-service-account',
      `spiffe://cluster.local/ns/${NAMESPACE}/sa/preview`,
      `spiffe://cluster.local/ns/${NAMESPACE}/sa/web`,
    ]);
    const shown = (words: RegExp) => page.locator('#path-status').filter({ hasText: words }).waitFor();
    const fault = page.getByLabel('Inject a fault');

    await fault.selectOption('core=unavailable:0.3');
    await page.getByRole('button', { name: 'Send 20' }).click();
    await shown(/answered at once, \d+ after the mesh tried again/);
    // Of 20 requests none is retried once in 1,250 runs.
    expect(await page.locator('#tries .again').count()).toBeGreaterThan(0);

    await fault.selectOption('core=unavailable');
    await page.getByRole('button', { name: 'Send a request' }).click();
    await shown(/Your request got 503 after \d+ ms: core cannot answer now\./);

    await fault.selectOption('core=delay:2s');
    await page.getByRole('button', { name: 'Send a request' }).click();
    // 504 or 503: core's own deadline of a try comes first, or the proxy's, after whose last retry no endpoint is left.
    await shown(/Your request got 50[34] after \d+ ms/);

    await fault.selectOption('');
    await page.getByRole('button', { name: 'Send a request' }).click();
    await shown(/Your request got 200 after \d+ ms\./);
    expect(visitor.complaints).toEqual([]);
  });

  it('injects a fault without scripts too', async () => {
    await using visitor = await visit(browser, origin, { javaScriptEnabled: false });
    const { page } = visitor;
    await page.goto('/');
    await page.getByLabel('Inject a fault').selectOption('core=unavailable');
    await page.getByRole('button', { name: 'Send a request' }).click();
    await page.waitForURL(/fault=core/);
    expect(await page.locator('#outcome').innerText()).toMatch(/503 after [\d.]+ ms\s+core cannot answer now/);
    expect(await page.getByRole('heading', { name: 'Documents', exact: true }).count()).toBe(1);
  });
});
