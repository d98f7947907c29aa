import { loadAssets } from '../../assets/load-assets.js';
import { type Html, html } from '../../html/html.js';
import { documentForm, documentList, head, noticeOf, requestPath, timeOf } from '../../page/fragments.js';
import type { Release } from '../../release.js';

const layout = (title: string, main: Html): Html => html`<html lang="en">
${head('v1', title)}
<body>
<header><a href="/">Documents</a> <span class="release">preview v1</span></header>
<main>
${main}
</main>
</body>
</html>`;

/** The first release: one column, one document after the other. */
export const release: Release = {
  assets: loadAssets(new URL('./assets/', import.meta.url)),

  home: ({ form, page, hops, notice }) =>
    layout(
      'Documents',
      html`${noticeOf(notice)}
<section aria-labelledby="write-heading"><h1 id="write-heading">Write a document</h1>${documentForm(form)}</section>
<section aria-labelledby="list-heading"><h2 id="list-heading">Documents</h2>${documentList(page)}</section>
${requestPath(hops)}`,
    ),

  document: ({ title, updatedAt, content }) =>
    layout(title, html`<article><h1>${title}</h1><p>${timeOf(updatedAt)}</p>${content.html}</article>`),

  message: ({ status, title, detail, requestId }) =>
    layout(title, html`<h1>${status} ${title}</h1><p>${detail}</p><p><small>Request ${requestId}</small></p>`),
};
