import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { accessibilityViolations, openBrowser, type Visitor, visit } from './support/browser.ts';
import { changeDocument, saveDocument } from './support/documents.ts';

const BUDGET_BYTES = 150 * 1024;
const UNKNOWN_ID = '01980000-0000-7000-8000-000000000000';
const longWord = 'https://example.com/'.padEnd(300, 'long');
const body = `Words, and a [link](https://example.com/).

# First

- [ ] one
- two, with \`code\`

\`\`\`ts
export const wide = (mesh: Mesh): PeerAuthentication => peerAuthentication({ name: 'default' }, { mtls: { mode: 'STRICT' } }); // a comment
\`\`\`

## Second

| caller | callee | within | attempts | and a column that makes the table wide |
|---|---|---|---|---|
| web | core | 2 s | 3 | ${longWord} |

> quoted ${longWord}

![picture](https://example.com/x.png)
`;

let browser: Browser;
let origin: string;

beforeAll(async () => {
  [browser, { gatewayUrl: origin }] = await Promise.all([openBrowser(), runningTarget()]);
});

afterAll(() => browser?.close());

/** Each kind of page, by the steps of a user to it. */
const pages: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  home: async (page) => {
    await page.goto('/');
    await page.getByLabel('Text, in Markdown').fill(body);
    await page.locator('#rendered table').waitFor();
  },
  document: async (page) => {
    await page.goto(`/d/${(await saveDocument(origin, longWord.slice(0, 200), body)).id}`);
  },
  'text that is not formatted': async (page) => {
    await page.goto(`/d/${(await saveDocument(origin, 'Too complex', `${body}\n${'> '.repeat(41)}deep\n`)).id}`);
    await page.getByRole('note').getByText('too complex to format').waitFor();
    // Columns stay below each other, and no ligature stands for two characters.
    expect(await page.evaluate("getComputedStyle(document.querySelector('pre.plain')).fontFamily")).toContain('monospace');
  },
  deletion: async (page) => {
    await page.goto('/');
    await page.locator('[data-delete]').first().click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.goto(`/d/${(await saveDocument(origin, 'To be deleted')).id}/delete`);
  },
  conflict: async (page) => {
    const { id } = await saveDocument(origin, 'Conflict', body);
    await page.goto(`/d/${id}/edit`);
    await page.getByLabel('Text, in Markdown').fill(`${body}\nmine ${longWord}`);
    await changeDocument(origin, id, 1, { title: 'Theirs', body: `${body}\ntheirs` });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#rendered table').waitFor();
    await page.getByRole('heading', { name: 'Another user changed' }).waitFor();
  },
  refusal: async (page) => {
    await page.goto('/');
    await page.getByLabel('Title').fill(' ');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('must not be empty').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('title');
  },
  failure: async (page) => {
    await page.goto('/?fault=core%3Dunavailable');
    await page.locator('#outcome.failed').waitFor();
  },
  'nothing there': async (page) => {
    await page.goto(`/d/${UNKNOWN_ID}`);
    await page.getByText('No document has this id').waitFor();
  },
};

const backgroundOf = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor') as Promise<string>;
const overflowOf = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>;

describe.each(['v1', 'v2'])('every page of %s', (version) => {
  it.each(Object.keys(pages))(
    'the page of kind "%s" has no violation that axe finds, light and dark, wide and as narrow as a phone',
    async (name) => {
      await using visitor = await visit(browser, origin, { version, colorScheme: 'light', viewport: { width: 1280, height: 900 } });
      const { page } = visitor;
      await pages[name]?.(page);
      expect(await accessibilityViolations(page), 'light, wide').toEqual([]);
      expect(await overflowOf(page), 'wide').toBe(0);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await accessibilityViolations(page), 'dark, wide').toEqual([]);
      for (const width of [375, 320]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await overflowOf(page), `${width} pixels wide`).toBe(0);
      }
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await accessibilityViolations(page), 'light, narrow').toEqual([]);
      expect(visitor.complaints).toEqual([]);
    },
    120_000,
  );

  it(`comes in less than ${BUDGET_BYTES / 1024} KiB, all that it loads counted`, async () => {
    const { id } = await saveDocument(origin, 'Weighed', body);
    for (const path of ['/', `/d/${id}`, `/d/${id}/edit`]) {
      await using visitor = await visit(browser, origin, { version });
      await visitor.page.goto(path, { waitUntil: 'networkidle' });
      await expect.poll(() => namesIn(visitor)).toEqual(expect.arrayContaining(['page.js', 'base.css', 'style.css', 'text.woff2']));
      const bytes = visitor.answers.reduce((sum, answer) => sum + answer.bytes, 0);
      expect(bytes, path).toBeGreaterThan(20 * 1024); // what is not counted is not light
      expect(bytes, path).toBeLessThan(BUDGET_BYTES);
      expect(visitor.complaints).toEqual([]);
    }
  });
});

const namesIn = ({ answers }: Visitor): string[] => answers.map(({ path }) => path.split('/').at(-1) ?? '');

it('axe runs and finds violations', async () => {
  await using visitor = await visit(browser, origin);
  await visitor.page.goto('/');
  await visitor.page.evaluate("document.querySelector('label[for=title]').remove()");
  expect(await accessibilityViolations(visitor.page)).toEqual([expect.stringMatching(/^label: /)]);
});

it('light and dark, v1 and v2 differ at a glance', async () => {
  const seen = new Set<string>();
  for (const version of ['v1', 'v2']) {
    await using visitor = await visit(browser, origin, { version });
    await visitor.page.goto('/');
    for (const colorScheme of ['light', 'dark'] as const) {
      await visitor.page.emulateMedia({ colorScheme });
      seen.add(await backgroundOf(visitor.page));
    }
  }
  expect(seen.size).toBe(4);
});

it('a picture of the page can be taken for the README', async () => {
  const update = process.env.UPDATE_SCREENSHOT === '1';
  for (const title of [
    'Release notes, autumn',
    'Runbook: the database is away',
    'Why every route states its retries',
    'How a request travels',
  ])
    await saveDocument(origin, title);
  await using visitor = await visit(browser, origin, { version: 'v2', viewport: { width: 1040, height: 900 }, deviceScaleFactor: 0.8 });
  const { page } = visitor;
  await page.goto('/');
  await page.getByLabel('Title').fill('A note on retries');
  await page
    .getByLabel('Text, in Markdown')
    .fill(
      '# Retries\n\nA retry is **a promise** about the callee: doing it twice\nis the same as doing it once.\n\n- a read is safe\n- a create needs a key\n\n```ts\nconst tries = 3; // at most\n```\n',
    );
  await page.locator('#rendered pre').waitFor();
  await page.getByLabel('Inject a fault').selectOption('core=unavailable:0.3');
  // The picture that is kept shows a request that was repeated, so the last one of a volley must be: about one in four is.
  for (let volleys = update ? 20 : 1; volleys > 0; volleys--) {
    await page.getByRole('button', { name: 'Send 20' }).click();
    await page.locator('#path-status').filter({ hasText: 'answered at once' }).waitFor();
    if ((await page.locator('#tries li:last-child.again').count()) > 0) break;
  }
  await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  await page.mouse.move(0, 0);
  const tries = await page.locator('#tries').boundingBox();
  const height = Math.round((tries?.y ?? 0) + (tries?.height ?? 0) + 32);
  const picture = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: 1040, height } });
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.length).toBeGreaterThan(30_000); // an empty page is smaller
  expect(picture.length).toBeLessThan(160 * 1024); // the README is read on phones too
  if (update) await writeFile(join(checkout, 'docs/images/page.png'), picture);
});
