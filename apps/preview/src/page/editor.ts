import { MAX_TITLE_CHARACTERS } from '@mesh-platform/contracts';
import type { FieldError } from '@mesh-platform/service-kit';
import { type Html, html } from '../html/html.js';

/** The content of the form; after a refusal, the text that the user typed. */
export interface EditorView {
  title: string;
  body: string;
  errors: readonly FieldError[];
  /** The address of the form, its hidden fields and its name among this browser's drafts. */
  target: EditorTarget;
}

export type EditorTarget =
  /** The idempotency key of this form: a retry writes nothing new. */
  | { kind: 'new'; key: string }
  /** The revision that was edited: another user's later change is never overwritten unseen. */
  | { kind: 'change'; id: string; revision: number };

export interface EditorButtons {
  /** The label of the button that saves. */
  save: string;
  /** The controls next to it. */
  others?: Html;
}

/** The form to write a document, with room for the preview that the script shows. */
export function editor({ title, body, errors, target }: EditorView, buttons: EditorButtons = { save: 'Save' }): Html {
  return html`<form class="editor" id="editor" method="post" action="${target.kind === 'new' ? '/documents' : `/d/${target.id}`}"
 data-draft="${target.kind === 'new' ? 'new' : target.id}">
${hiddenFields(target)}
<div class="fields">
<label for="title">Title</label>
<input id="title" name="title" required maxlength="${MAX_TITLE_CHARACTERS}" autocomplete="off" value="${title}"${describedBy('title', errors)}>
${complaint('title', errors)}
<label for="body">Text, in Markdown</label>
<textarea id="body" name="body" rows="14" spellcheck="true"${describedBy('body', errors)}>
${body}</textarea>
${complaint('body', errors)}
</div>
<section class="preview" id="preview" aria-labelledby="preview-heading" hidden>
<h2 class="label" id="preview-heading">Preview</h2>
<div class="prose" id="rendered" tabindex="0" role="group" aria-labelledby="preview-heading"></div>
</section>
<div class="actions">
<button type="submit">${buttons.save}</button>
${buttons.others}
<p class="hint" id="editor-status" role="status"></p>
<p class="hint" data-scripted hidden><kbd>Ctrl</kbd> <kbd>S</kbd> saves. Until then this browser keeps what you type.</p>
</div>
<p class="notice" id="editor-problem" role="alert" hidden></p>
</form>`;
}

const hiddenFields = (target: EditorTarget): Html =>
  target.kind === 'new'
    ? html`<input type="hidden" name="key" value="${target.key}">`
    : html`<input type="hidden" name="revision" value="${target.revision}">`;

const messageOf = (field: string, errors: readonly FieldError[]) => errors.find((error) => error.field === field)?.message;

const describedBy = (field: string, errors: readonly FieldError[]): Html | undefined =>
  messageOf(field, errors) === undefined ? undefined : html` aria-invalid="true" aria-describedby="${field}-error"`;

function complaint(field: string, errors: readonly FieldError[]): Html | undefined {
  const message = messageOf(field, errors);
  return message === undefined ? undefined : html`<p class="error" id="${field}-error">${message}</p>`;
}
