import { announce, showMessage } from './announce.js';
import { reasonOf, retryAdvice, silence } from './problem.js';

const KEPT = 'Your text is kept here.';

/** Enhances the main element of an answer like that of a page. */
let enhance: () => void = () => {};
export function onNewMain(work: () => void): void {
  enhance = work;
}

/**
 * Sends the form as the browser would, without leaving the page: a failure becomes a message next to the text. An answer with the form
 * (a conflict, an invalid field) replaces this form. The form is read-only meanwhile, so that no text is lost.
 */
export async function submit(form: HTMLFormElement, submitter: HTMLElement | null, saved: () => void): Promise<void> {
  if (form.getAttribute('aria-busy') === 'true') return;
  const content = formContent(form, submitter);
  busy(form, true);
  showMessage('editor-problem', '');
  showMessage('editor-status', 'Saving …');
  try {
    const response = await fetch(form.action, { method: 'POST', body: content });
    if (response.redirected) {
      saved();
      location.assign(response.url);
      return;
    }
    await showAnswer(response);
  } catch {
    showMessage('editor-problem', `Not saved: ${silence()}. ${KEPT}`);
  }
  busy(form, false);
  showMessage('editor-status', '');
}

function formContent(form: HTMLFormElement, submitter: HTMLElement | null): URLSearchParams {
  const content = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) content.append(name, String(value));
  return content;
}

function busy(form: HTMLFormElement, state: boolean): void {
  form.setAttribute('aria-busy', String(state));
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')) field.readOnly = state;
}

async function showAnswer(response: Response): Promise<void> {
  const main = await mainIn(response);
  const current = document.getElementById('main');
  if (!main?.querySelector('#editor') || !current) {
    showMessage('editor-problem', `Not saved: ${await reasonOf(response)}.${retryAdvice(response)} ${KEPT}`);
    return;
  }
  current.replaceChildren(...main.childNodes);
  enhance();
  const first = current.querySelector<HTMLElement>('[aria-invalid], #conflict-heading') ?? current.querySelector<HTMLElement>('#body');
  first?.focus();
  announce(current.querySelector('.notice, #conflict-heading')?.textContent ?? '');
}

async function mainIn(response: Response): Promise<HTMLElement | null> {
  if (!response.headers.get('content-type')?.startsWith('text/html')) return null;
  const parsed = new DOMParser().parseFromString(await response.clone().text(), 'text/html');
  return parsed.getElementById('main');
}
