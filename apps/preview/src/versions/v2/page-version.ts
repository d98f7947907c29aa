import { loadAssets } from '../../assets/load-assets.js';
import { html } from '../../html/html.js';
import { frameOf, timeOf } from '../../page/page-frame.js';
import type { PageVersion } from '../../page-version.js';
import { contents } from './contents.js';
import { readingTime } from './reading-time.js';

const version = 'v2';
const assets = loadAssets(new URL('../../browser/', import.meta.url), new URL('./assets/', import.meta.url));

/** The second version: the documents next to the text, a table of contents and the time that a document takes to read. */
export const pageVersion: PageVersion = {
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
