import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { underLoad } from '@mesh-platform/proofs';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { openBrowser, visit } from './support/browser.ts';
import { startView } from './support/view.ts';

// `UPDATE_SCREENSHOT=1` renews the pictures of the README; `LOOKS=FOLDER` writes the page at three widths, to be looked at.
const { UPDATE_SCREENSHOT, LOOKS } = process.env;
const WIDTHS = [1280, 768, 390] as const;

it('the view looks as in its pictures, light and dark', { timeout: 240_000 }, async () => {
  const [target, browser, view] = await Promise.all([runningTarget(), openBrowser(), startView()]);
  try {
    const options = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: LOOKS ? 1 : 1.5 };
    const { page } = await visit(browser, new URL(view.url).origin, options);
    await page.goto(view.url);
    await page.getByText('as the topology declares').waitFor();
    const send = async (index: number): Promise<void> => {
      const headers = index % 4 === 0 ? { 'x-fault': 'core=unavailable:0.3' } : {};
      await (await fetch(`${target.gatewayUrl}${index % 3 === 0 ? '/' : '/api/documents'}`, { headers })).arrayBuffer();
    };
    await underLoad({ perSecond: 10, atMost: 200 }, send, async () => {
      await page.waitForTimeout(12_000);
      await page.getByLabel('Path').fill('/api/path');
      await page.getByLabel('Fault').fill('core=unavailable:0.3');
      await page.getByRole('button', { name: 'Send 20 requests' }).click();
      await page.locator('.replies button').first().waitFor();
      await page.waitForTimeout(3_000); // the spans and lines of the last one arrive
      await page.locator('.replies button').last().click();
      await page.locator('#trace .hops li.service').first().waitFor();
      await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 1280, height: 900 } });
        expect(picture.length).toBeLessThan(400 * 1024);
        if (UPDATE_SCREENSHOT === '1') await writeFile(join(checkout, `docs/images/view-${colorScheme}.png`), picture);
        if (!LOOKS) continue;
        await mkdir(LOOKS, { recursive: true });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.waitForTimeout(1_500);
          await page.screenshot({ path: join(LOOKS, `${colorScheme}-${width}.png`), fullPage: true });
        }
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.waitForTimeout(1_500);
      }
    });
  } finally {
    await browser.close();
    await view.end();
  }
}); // biome-ignore format: one step a line
