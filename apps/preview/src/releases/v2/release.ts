import { loadAssets } from '../../assets/load-assets.js';
import { type Html, html } from '../../html/html.js';
import type { Heading } from '../../markdown/render-markdown.js';
import { documentForm, documentList, head, noticeOf, requestPath, timeOf } from '../../page/fragments.js';
import type { Release } from '../../release.js';
import { readingTime } from './reading-time.js';

const layout = (title: string, main: Html): Html => html`<html lang="en">
${head('v2', title)}
<body>
<header><a href="/">Documents</a> <span class="release">preview v2</span></header>
<main>
${main}
</main>
</body>
</html>`;

const contents = (headings: readonly Heading[]): Html | false =>
  headings.length > 0 &&
  html`<nav aria-labelledby="contents-heading"><h2 id="contents-heading">Contents</h2><ol class="contents">
${headings.map(({ id, level, text }) => html`<li class="level-${level}"><a href="#${id}">${text}</a></li>`)}
</ol></nav>`;

/** The second release: cards side by side, a table of contents and the time that a document takes to read. */
export const release: Release = {
  assets: loadAssets(new URL('./assets/', import.meta.url)),

  home: ({ form, page, hops, notice }) =>
    layout(
      'Documents',
      html`${notice && html`<div class="wide">${noticeOf(notice)}</div>`}
<section aria-labelledby="write-heading"><h1 id="write-heading">Write a document</h1>${documentForm(form)}</section>
<section aria-labelledby="list-heading"><h2 id="list-heading">Latest</h2>${documentList(page)}</section>
<div class="wide">${requestPath(hops)}</div>`,
    ),

  document: ({ title, updatedAt, content }) =>
    layout(
      title,
      html`<article><h1>${title}</h1><p class="reading">${timeOf(updatedAt)} ${readingTime(content.words)}</p>${content.html}</article>
${contents(content.headings)}`,
    ),

  message: ({ status, title, detail, requestId }) =>
    layout(
      title,
      html`<section class="wide"><h1>${status} ${title}</h1><p>${detail}</p><p><small>Request ${requestId}</small></p></section>`,
    ),
};
