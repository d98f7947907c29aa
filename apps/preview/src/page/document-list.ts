import type { DocumentPage, DocumentSummary } from '@mesh-platform/contracts';
import { type Html, html } from '../html/html.js';
import { deleteLink } from './deletion.js';
import { timeOf } from './page-frame.js';

export interface DocumentListView {
  /** Undefined where web did not answer. */
  page: DocumentPage | undefined;
  /** Whether there are newer documents than these. */
  older: boolean;
}

/** The documents, newest first. */
export function documentList({ page, older }: DocumentListView): Html {
  return html`<section class="documents" aria-labelledby="documents-heading">
<h2 id="documents-heading" tabindex="-1">${older ? 'Older documents' : 'Documents'}</h2>
${page ? items(page) : html`<p class="empty">The documents cannot be shown now.</p>`}
${pages(page, older)}
</section>`;
}

function items({ items }: DocumentPage): Html {
  if (items.length === 0) return html`<p class="empty">Nothing is written yet. The first document starts above.</p>`;
  return html`<ul class="rows" id="documents">${items.map(row)}</ul>`;
}

const row = (document: DocumentSummary): Html => html`<li data-document="${document.id}">
<a class="title" href="/d/${document.id}"><bdi>${document.title}</bdi></a>
<span class="meta">${timeOf(document.updatedAt)}${document.revision > 1 && html` · revision ${document.revision}`}</span>
<span class="links"><a href="/d/${document.id}/edit" aria-label="Edit ${document.title}">Edit</a> ${deleteLink(document)}</span>
</li>`;

function pages(page: DocumentPage | undefined, older: boolean): Html | undefined {
  if (!older && !page?.next) return undefined;
  return html`<nav class="pages" aria-label="Pages of documents">
${older && html`<a href="/">Newest documents</a>`}
${page?.next && html`<a href="/?cursor=${encodeURIComponent(page.next)}" rel="next">Older documents</a>`}
</nav>`;
}
