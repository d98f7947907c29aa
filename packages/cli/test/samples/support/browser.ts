import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Time limit of a user's step; a busy machine is ten times slower than a quiet one. */
const PATIENCE_MS = 30_000;

/** Debian's Chromium, which `./platform test e2e` installs. It connects only to the page; its sandbox is unavailable to root. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    timeout: 60_000,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  });

/** A user of the page: a browser with its own storage and cookies, and all of its errors. */
export interface Visitor {
  readonly page: Page;
  /** Errors of scripts, refusals of the Content-Security-Policy, dialogs, requests that left the page's origin. */
  readonly complaints: readonly string[];
  /** `version path` of each answer, with the bytes that it took on the wire. */
  readonly answers: readonly Answer[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Answer {
  readonly path: string;
  readonly servedBy: string;
  readonly bytes: number;
}

export interface VisitorOptions extends BrowserContextOptions {
  /** The version of the session affinity; the mesh chooses it where this is unset. */
  readonly version?: string;
}

/** Opens the page's origin for one user. */
export async function visit(browser: Browser, origin: string, { version, ...options }: VisitorOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: origin, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  if (version) await context.addCookies([{ name: 'version', value: version, url: origin, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  const answers: Answer[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', async (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('console', (message) => {
    // A status that a test provoked is no fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('about:'))
      complaints.push(`left the origin: ${request.url()}`);
  });
  page.on('requestfinished', async (request) => {
    // The last requests of the page may outlive it.
    const [response, sizes] = await Promise.all([request.response(), request.sizes()]).catch(() => []);
    if (!response || !sizes) return;
    const { pathname } = new URL(request.url());
    answers.push({
      path: pathname,
      servedBy: response.headers()['x-served-by'] ?? '',
      bytes: sizes.responseBodySize + sizes.responseHeadersSize,
    });
  });
  return { page, complaints, answers, [Symbol.asyncDispose]: () => context.close() };
}

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** The violations that axe finds in the current page: rule, message, element. The debugger brings axe in, so the page's policy stays as it is. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  await page.evaluate(await axeSource);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
