import { loadAssets } from '../../assets/load-assets.js';
import { type Html, html } from '../../html/html.js';
import type { Heading, RenderedMarkdown } from '../../markdown/render-markdown.js';
import { frameOf, timeOf } from '../../page/page-frame.js';
import type { Release } from '../../release.js';
import { readingTime } from './reading-time.js';

const version = 'v2';
const assets = loadAssets(new URL('../../browser/', import.meta.url), new URL('./assets/', import.meta.url));

function contents({ headings, headingCount }: RenderedMarkdown): Html | false {
  if (headings.length === 0) return false;
  const highest = highestOf(headings);
  const more = headingCount - headings.length;
  return html`<nav class="contents" aria-labelledby="contents-heading"><h2 class="label" id="contents-heading">Contents</h2><ol>
${headings.map(({ id, level, text }) => html`<li class="depth-${level - highest}"><a href="#${id}">${text}</a></li>`)}
${more > 0 && html`<li class="depth-0 more">and ${more} more ${more === 1 ? 'heading' : 'headings'}</li>`}</ol></nav>`;
}

// A document may begin at any level: the highest that it has is the margin.
const highestOf = (headings: readonly Heading[]): number => headings.reduce((highest, { level }) => Math.min(highest, level), 6);

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
<header><h1><bdi>${document.title}</bdi></h1>
<p class="meta">${readingTime(content.words)} · ${timeOf(document.updatedAt)} · revision ${document.revision}</p>
${actions}</header>
${contents(content)}
<div class="prose">${content.html}</div>
</article>`,

  preview: (content) => html`<p class="meta">${readingTime(content.words)}</p>${content.html}`,
};
