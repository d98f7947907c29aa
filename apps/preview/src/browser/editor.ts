import { announce, showMessage } from './announce.js';
import { type Draft, DraftStore, storageWorks } from './drafts.js';
import { LivePreview } from './live-preview.js';
import { submit } from './submit.js';

const DRAFT_PAUSE_MS = 250;
/** Drafts that other tabs have left are offered up to this many. */
const OFFERS = 3;
const KEEPS_NOTHING = 'This browser keeps no drafts: save before you leave.';

interface Parts {
  form: HTMLFormElement;
  title: HTMLInputElement;
  body: HTMLTextAreaElement;
  /** The idempotency key, or the revision that was edited. */
  token: HTMLInputElement;
}

/** Lets the form show its text while it is written, keep it until it is saved, and save it without leaving the page. */
export function enhanceEditor(origin: 'page' | 'answer'): void {
  const parts = partsOf(document.getElementById('editor'));
  if (!parts) return;
  const drafts = new DraftStore(parts.form.dataset.draft ?? 'new');
  const preview = previewOf(parts);
  if (!storageWorks) showMessage('editor-status', KEEPS_NOTHING);
  else if (origin === 'page') restore(parts, drafts);
  else keep(parts, drafts); // what the server sent back is what was typed, at the revision that it is to replace now
  if (storageWorks) offerOthers(parts, drafts, () => preview?.update(0));
  preview?.update(0);
  parts.form.addEventListener('input', () => preview?.update());
  const end = storageWorks ? keepWhatIsTyped(parts, drafts) : warnBeforeLeaving(parts);
  parts.form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (storageWorks) keep(parts, drafts);
    void submit(parts.form, event.submitter, end);
  });
  for (const link of document.querySelectorAll('[data-discard]')) link.addEventListener('click', end);
  for (const hint of parts.form.querySelectorAll<HTMLElement>('[data-scripted]')) hint.hidden = false;
}

/** Keeps the text after each pause in the typing and whenever the page is left; the returned function ends that and removes the draft. */
function keepWhatIsTyped(parts: Parts, drafts: DraftStore): () => void {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Not of a form that an answer has replaced: what was discarded there would be back.
  const now = () => parts.form.isConnected && keep(parts, drafts);
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(now, DRAFT_PAUSE_MS);
  };
  parts.form.addEventListener('input', later, { signal: ended.signal });
  addEventListener('pagehide', now, { signal: ended.signal });
  return () => {
    ended.abort();
    clearTimeout(timer);
    drafts.remove();
  };
}

/** Without storage the browser prompts before it leaves the page; the returned function ends that. */
function warnBeforeLeaving({ title, body }: Parts): () => void {
  const ended = new AbortController();
  const warn = (event: Event) => {
    if (title.value !== title.defaultValue || body.value !== body.defaultValue) event.preventDefault();
  };
  addEventListener('beforeunload', warn, { signal: ended.signal });
  return () => ended.abort();
}

/** Saves by Ctrl S or Cmd S, wherever the focus is; the browser would save the page's file. */
export function saveByKeyboard(): void {
  addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return;
    const form = document.getElementById('editor');
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

function partsOf(form: HTMLElement | null): Parts | undefined {
  if (!(form instanceof HTMLFormElement)) return undefined;
  const title = form.elements.namedItem('title');
  const body = form.elements.namedItem('body');
  const token = form.elements.namedItem('key') ?? form.elements.namedItem('revision');
  const complete = title instanceof HTMLInputElement && body instanceof HTMLTextAreaElement && token instanceof HTMLInputElement;
  return complete ? { form, title, body, token } : undefined;
}

function previewOf({ body }: Parts): LivePreview | undefined {
  const section = document.getElementById('preview');
  const place = document.getElementById('rendered');
  if (!section || !place) return undefined;
  section.hidden = false;
  section.parentElement?.classList.add('live');
  return new LivePreview(body, place, (message) => showMessage('editor-status', message));
}

/** Keeps the form's text as a draft; an unchanged form has none. */
function keep({ title, body, token }: Parts, drafts: DraftStore): void {
  try {
    if (title.value === title.defaultValue && body.value === body.defaultValue && !drafts.read()) return;
    drafts.write({ title: title.value, body: body.value, token: token.value });
  } catch {
    showMessage('editor-status', KEEPS_NOTHING); // its room is used up
  }
}

function forget({ title, body }: Parts): void {
  title.value = title.defaultValue;
  body.value = body.defaultValue;
}

function restore(parts: Parts, drafts: DraftStore): void {
  const draft = drafts.read();
  if (!draft) return;
  if (draft.title === parts.title.value && draft.body === parts.body.value) {
    drafts.remove(); // it was saved after all
    return;
  }
  fill(parts, draft);
  const notice = offer(`What you typed ${timeOf(draft)} is here again.`, [
    [
      'Discard it',
      () => {
        forget(parts);
        drafts.remove();
        location.reload();
      },
    ],
  ]);
  parts.form.prepend(notice);
  announce('What you typed before is here again.');
}

function fill({ title, body, token }: Parts, draft: Draft): void {
  title.value = draft.title;
  body.value = draft.body;
  token.value = draft.token;
}

/** Offers to continue the drafts of closed tabs, where nothing is typed yet. */
function offerOthers(parts: Parts, drafts: DraftStore, show: () => void): void {
  for (const { name, draft } of drafts.others().slice(0, OFFERS)) {
    const notice = offer(`A draft of ${timeOf(draft)} is not saved: ${draft.title || 'without a title'}.`, [
      [
        'Continue',
        () => {
          if (parts.title.value !== parts.title.defaultValue || parts.body.value !== parts.body.defaultValue) {
            showMessage('editor-status', 'Save what is in the form first.');
            return;
          }
          fill(parts, draft);
          drafts.write(draft);
          DraftStore.discard(name);
          notice.remove();
          show();
          parts.body.focus();
        },
      ],
      [
        'Discard',
        () => {
          DraftStore.discard(name);
          notice.remove();
          parts.body.focus();
        },
      ],
    ]);
    parts.form.prepend(notice);
  }
}

function offer(message: string, choices: readonly [label: string, act: () => void][]): HTMLElement {
  const notice = document.createElement('p');
  notice.className = 'offer';
  notice.append(message);
  for (const [label, act] of choices) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'second';
    button.textContent = label;
    button.addEventListener('click', act);
    notice.append(' ', button);
  }
  return notice;
}

const timeOf = ({ at }: Draft): string => new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
