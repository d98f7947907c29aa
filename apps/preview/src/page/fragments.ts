import type { DocumentPage, Hop } from '@mesh-platform/contracts';
import { type Html, html } from '../html/html.js';
import type { FormView } from '../release.js';

/** The head of every page, with the assets of one release. */
export const head = (version: string, title: string): Html => html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/assets/${version}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/${version}/style.css">
<script type="module" src="/assets/${version}/page.js"></script>
</head>`;

/** The form to write a document. */
export const documentForm = ({ title, body, key, errors }: FormView): Html => html`<form method="post" action="/documents">
<input type="hidden" name="key" value="${key}">
<label for="title">Title</label>
<input id="title" name="title" required maxlength="200" autocomplete="off" value="${title}"${describedBy('title', errors)}>
${complaint('title', errors)}
<label for="body">Text, in Markdown</label>
<textarea id="body" name="body" rows="10" spellcheck="true"${describedBy('body', errors)}>
${body}</textarea>
${complaint('body', errors)}
<button type="submit">Write</button>
</form>`;

const messageOf = (field: string, errors: FormView['errors']) => errors.find((error) => error.field === field)?.message;

const describedBy = (field: string, errors: FormView['errors']): Html | undefined =>
  messageOf(field, errors) === undefined ? undefined : html` aria-invalid="true" aria-describedby="${field}-error"`;

function complaint(field: string, errors: FormView['errors']): Html | undefined {
  const message = messageOf(field, errors);
  return message === undefined ? undefined : html`<p class="error" id="${field}-error">${message}</p>`;
}

/** The documents, newest first. */
export function documentList(page: DocumentPage | undefined): Html {
  if (!page) return html`<p>The documents cannot be shown now.</p>`;
  if (page.items.length === 0) return html`<p>No documents yet.</p>`;
  const items = page.items.map(({ id, title, createdAt }) => html`<li><a href="/d/${id}">${title}</a> ${timeOf(createdAt)}</li>`);
  return html`<ul class="documents">${items}</ul>
${page.next && html`<p><a href="/?cursor=${encodeURIComponent(page.next)}" rel="next">Older documents</a></p>`}`;
}

/** The path of this request as a row of boxes; the script refreshes it. */
export function requestPath(hops: readonly Hop[] | undefined): Html {
  return html`<section aria-labelledby="path-heading">
<h2 id="path-heading">The path of this request</h2>
<ol class="path" id="path" aria-live="polite">${hops?.map(hopBox) ?? html`<li>The path cannot be shown now.</li>`}</ol>
<template id="hop">${hopBox({ service: '', version: '', pod: '', caller: null, attempts: 1, ms: 0 })}</template>
<button type="button" id="again" hidden>Send another request</button>
</section>`;
}

const hopBox = ({ service, version, pod, caller, attempts, ms }: Hop): Html => html`<li class="hop">
<strong><span data-hop="service">${service}</span> <span class="version" data-hop="version">${version}</span></strong>
<dl>
<dt>Pod</dt><dd data-hop="pod">${pod}</dd>
<dt>Called by</dt><dd data-hop="caller">${caller ?? 'not verified: no sidecar'}</dd>
<dt>Attempt</dt><dd data-hop="attempts">${attempts}</dd>
<dt>Milliseconds</dt><dd data-hop="ms">${ms}</dd>
</dl>
</li>`;

/** A time for people and for programs. */
export const timeOf = (iso: string): Html => html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;

/** A sentence about what went wrong. */
export const noticeOf = (notice: string | undefined): Html | undefined =>
  notice ? html`<p class="notice" role="alert">${notice}</p>` : undefined;
