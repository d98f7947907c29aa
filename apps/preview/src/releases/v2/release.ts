import { loadAssets } from '../../assets/load-assets.js';
import { type Html, html } from '../../html/html.js';
import type { Heading } from '../../markdown/render-markdown.js';
import { frameOf, timeOf } from '../../page/page-frame.js';
import type { Release } from '../../release.js';
import { readingTime } from './reading-time.js';

const version = 'v2';
const assets = loadAssets(new URL('../../browser/', import.meta.url), new URL('./assets/', import.meta.url));

const contents = (headings: readonly Heading[]): Html | false =>
  headings.length > 0 &&
  html`<nav class="contents" aria-labelledby="contents-heading"><h2 class="label" id="contents-heading">Contents</h2><ol>
${headings.map(({ id, level, text }) => html`<li class="depth-${depthOf(level, headings)}"><a href="#${id}">${text}</a></li>`)}
</ol></nav>`;

// A document may begin at any level: the highest that it has is the margin.
const depthOf = (level: number, headings: readonly Heading[]): number => level - Math.min(...headings.map((heading) => heading.level));

/** The second release: the documents beside the text, a table of contents and the time that a document takes to read. */
export const release: Release = {
  version,
  assets,

  frame: frameOf({ version, assets }, 'v1'),

  home: ({ notice, editor, documents, path }) => html`${notice}
<div class="desk">
<section class="write" aria-labelledby="write-heading"><h1 id="write-heading">Write a document</h1>${editor}</section>
${documents}
</div>
${path}`,

  document: ({ document, content, actions }) => html`<article class="document">
<header><h1>${document.title}</h1>
<p class="meta">${readingTime(content.words)} · ${timeOf(document.updatedAt)} · revision ${document.revision}</p>
${actions}</header>
${contents(content.headings)}
<div class="prose">${content.html}</div>
</article>`,

  preview: (content) => html`<p class="meta">${readingTime(content.words)}</p>${content.html}`,
};
