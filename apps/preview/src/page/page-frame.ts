import { type Html, html } from '../html/html.js';
import type { PageVersion } from '../page-version.js';

/** The head of every page, with the assets of one version. */
function head({ version, assets }: Pick<PageVersion, 'version' | 'assets'>, title: string): Html {
  const named = (ending: string): string[] => [...assets.keys()].filter((name) => name.endsWith(ending));
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/assets/${version}/icon.svg" type="image/svg+xml">
${named('.woff2').map((name) => html`<link rel="preload" href="/assets/${version}/${name}" as="font" type="font/woff2" crossorigin>`)}
<link rel="stylesheet" href="/assets/${version}/base.css">
<link rel="stylesheet" href="/assets/${version}/style.css">
${named('.js').map((name) => name !== 'page.js' && html`<link rel="modulepreload" href="/assets/${version}/${name}">`)}
<script type="module" src="/assets/${version}/page.js"></script>
</head>`;
}

/** A whole page of a version around what it is about; it begins with a way past the header, for who goes by keyboard. `other` is the version that it offers. */
export const frameOf =
  (pageVersion: Pick<PageVersion, 'version' | 'assets'>, other: string) =>
  (title: string, main: Html): Html =>
    html`<html lang="en">
${head(pageVersion, title)}
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><a class="brand" href="/">Documents</a> <span class="page-version">preview <b>${pageVersion.version}</b></span></header>
<main id="main" tabindex="-1">
${main}
</main>
<footer>
<p>Version ${pageVersion.version} of the page. <a href="/?version=${other}">See version ${other}</a> or <a href="/?version=any">let the mesh choose</a>.</p>
<p><a href="/api/openapi.json">The API</a></p>
</footer>
${messages}
</body>
</html>`;

/** The place of messages: deletions that can still be undone, and announcements for a screen reader. */
const messages: Html = html`<div class="toasts" id="toasts" role="region" aria-label="Messages" hidden></div>
<p class="unseen" id="announcer" role="status"></p>`;

/** A title within a message without markup: its text direction ends with it. Elsewhere `<bdi>` does that. https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates */
export const isolated = (title: string): string => `\u2068${title.replaceAll(/[\u2066-\u2069]/g, '')}\u2069`;

/** A time for people and for programs. */
export const timeOf = (iso: string): Html => html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;

/** A message about what went wrong. */
export const noticeOf = (notice: string | undefined): Html | undefined =>
  notice ? html`<p class="notice" role="alert">${notice}</p>` : undefined;

/** The message for a problem, and when to retry. */
export function problemMessage(what: string, detail: string, retryAfter: string | undefined): string {
  if (!retryAfter || !/^\d+$/.test(retryAfter)) return `${what}: ${detail}.`;
  return `${what}: ${detail}. Try again in ${retryAfter === '1' ? 'a second' : `${retryAfter} seconds`}.`;
}
