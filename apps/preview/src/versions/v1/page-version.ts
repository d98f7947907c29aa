import { loadAssets } from '../../assets/load-assets.js';
import { html } from '../../html/html.js';
import { frameOf, timeOf } from '../../page/page-frame.js';
import type { PageVersion } from '../../page-version.js';

const version = 'v1';
const assets = loadAssets(new URL('../../browser/', import.meta.url), new URL('./assets/', import.meta.url));

/** The first version: one column, one thing below the other. */
export const pageVersion: PageVersion = {
  version,
  assets,

  frame: frameOf({ version, assets }, 'v2'),

  home: ({ notice, editor, documents, path }) => html`${notice}
<section class="write" aria-labelledby="write-heading"><h1 id="write-heading">Write a document</h1>${editor}</section>
${documents}
${path}`,

  document: ({ document, content, actions }) => html`<article class="document">
<header><h1><bdi>${document.title}</bdi></h1>
<p class="meta">${timeOf(document.updatedAt)} · revision ${document.revision}</p>
${actions}</header>
<div class="prose">${content.html}</div>
</article>`,

  preview: (content) => content.html,
};
