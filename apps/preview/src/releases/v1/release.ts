import { loadAssets } from '../../assets/load-assets.js';
import { html } from '../../html/html.js';
import { head, messages, skipLink, timeOf } from '../../page/page-frame.js';
import type { Release } from '../../release.js';

const version = 'v1';
const assets = loadAssets(new URL('../../browser/', import.meta.url), new URL('./assets/', import.meta.url));

/** The first release: one column, one thing below the other. */
export const release: Release = {
  version,
  assets,

  frame: (title, main) => html`<html lang="en">
${head({ version, assets }, title)}
<body>
${skipLink}
<header class="top"><a class="brand" href="/">Documents</a> <span class="release">preview <b>v1</b></span></header>
<main id="main" tabindex="-1">
${main}
</main>
<footer>
<p>Release v1 of the page. <a href="/?release=v2">See release v2</a> or <a href="/?release=any">let the mesh choose</a>.</p>
<p><a href="/api/openapi.json">The API</a></p>
</footer>
${messages}
</body>
</html>`,

  home: ({ notice, editor, documents, path }) => html`${notice}
<section class="write" aria-labelledby="write-heading"><h1 id="write-heading">Write a document</h1>${editor}</section>
${documents}
${path}`,

  document: ({ document, content, actions }) => html`<article class="document">
<header><h1>${document.title}</h1>
<p class="meta">${timeOf(document.updatedAt)} · revision ${document.revision}</p>
${actions}</header>
<div class="prose">${content.html}</div>
</article>`,

  preview: (content) => content.html,
};
