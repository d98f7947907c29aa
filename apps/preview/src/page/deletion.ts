import type { Document } from '@mesh-platform/contracts';
import { type Html, html } from '../html/html.js';

/** The way to delete a document. The script keeps the deletion back for a while, in which it can be undone; without one a page asks. */
export const deleteLink = ({ id, title, revision }: Omit<Document, 'body'>, className = 'danger'): Html =>
  html`<a class="${className}" href="/d/${id}/delete" aria-label="Delete ${title}" data-delete="${id}" data-title="${title}" data-revision="${revision}">Delete</a>`;

/** Asks whether this revision of a document is to be deleted. */
export const confirmDeletion = ({ id, title, revision }: Document): Html => html`<section class="card narrow">
<h1>Delete “<bdi>${title}</bdi>”?</h1>
<form method="post" action="/d/${id}/delete">
<input type="hidden" name="revision" value="${revision}">
<p class="actions"><button class="alarm" type="submit">Delete</button> <a class="button" href="/d/${id}">Keep it</a></p>
</form>
</section>`;

/** Names the deleted document and contains all of its text: one button writes it again. */
export const deleted = ({ title, body }: Pick<Document, 'title' | 'body'>, key: string): Html => html`<section class="card narrow">
<h1>“<bdi>${title}</bdi>” is deleted</h1>
<p>This page still has its text. Undo writes it again, as a new document with an address of its own.</p>
<form method="post" action="/documents">
<input type="hidden" name="key" value="${key}">
<input type="hidden" name="title" value="${title}">
<textarea name="body" aria-label="The deleted text" rows="8" readonly>
${body}</textarea>
<p class="actions"><button type="submit">Undo</button> <a class="button" href="/">To the documents</a></p>
</form>
</section>`;
