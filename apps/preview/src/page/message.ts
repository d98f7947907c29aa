import { type Html, html } from '../html/html.js';

export interface MessageView {
  status: number;
  title: string;
  detail: string | undefined;
  requestId: string;
}

/** A page that gives the reason of an error. */
export const message = ({ status, title, detail, requestId }: MessageView): Html => html`<section class="card narrow message">
<p class="code" aria-hidden="true">${status}</p>
<h1>${title}</h1>
${detail && html`<p>${`${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`}</p>`}
<p class="actions"><a class="button" href="/">To the documents</a></p>
<p class="hint">Request ${requestId}</p>
</section>`;
