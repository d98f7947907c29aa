import { announce } from './announce.js';
import { reasonOf, silence } from './problem.js';

/** A document that is deleted soon, unless the user undoes it before. */
interface Deletion {
  id: string;
  title: string;
  /** The revision that the user saw: a document that was changed since is not deleted. */
  revision: string;
  /** In milliseconds since 1970. */
  due: number;
}

const KEY = 'deletions';
const UNDO_MS = 8_000;
/** Resumes the pending deletions of a closed tab: the user can still undo them. */
const LATE_MS = UNDO_MS;

function read(): Deletion[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as Deletion[];
  } catch {
    return []; // another program's value
  }
}

const write = (deletions: readonly Deletion[]): void => localStorage.setItem(KEY, JSON.stringify(deletions));
const without = (id: string): Deletion[] => read().filter((deletion) => deletion.id !== id);

/**
 * A deletion waits in this browser, and until then the document is untouched: undo brings back the very same one. A tab that is closed
 * meanwhile has deleted nothing; the next page goes on with it, and still offers the undo.
 */
export function resumeDeletions(): void {
  const now = Date.now();
  write(read().map((deletion) => ({ ...deletion, due: deletion.due <= now ? now + LATE_MS : deletion.due })));
  draw();
  addEventListener('storage', (event) => event.key === KEY && draw());
}

/** Lets the links that delete do it here; the page that they lead to is for who has no scripts. */
export function enhanceDeletions(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-delete]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const { delete: id = '', title = '', revision = '' } = link.dataset;
      write([...without(id), { id, title, revision, due: Date.now() + UNDO_MS }]);
      if (document.querySelector('#documents')) draw(id);
      else location.assign('/');
    });
  }
  draw();
}

const drawn = new Map<string, { toast: HTMLElement; timer: ReturnType<typeof setTimeout> }>();

function draw(focused?: string): void {
  const region = document.getElementById('toasts');
  if (!region) return;
  const deletions = read();
  for (const [id, { toast, timer }] of drawn) {
    if (deletions.some((deletion) => deletion.id === id)) continue;
    clearTimeout(timer);
    toast.remove();
    drawn.delete(id);
  }
  for (const deletion of deletions) if (!drawn.has(deletion.id)) drawn.set(deletion.id, toastFor(deletion, region));
  region.hidden = drawn.size === 0;
  for (const row of document.querySelectorAll<HTMLElement>('[data-document]')) {
    row.hidden = deletions.some(({ id }) => id === row.dataset.document);
  }
  if (focused) drawn.get(focused)?.toast.querySelector('button')?.focus();
}

function toastFor(deletion: Deletion, region: HTMLElement): { toast: HTMLElement; timer: ReturnType<typeof setTimeout> } {
  const toast = document.createElement('div');
  toast.className = 'toast';
  const message = document.createElement('p');
  message.append('“', isolated(deletion.title), '” is deleted in a moment.');
  const undo = document.createElement('button');
  undo.type = 'button';
  undo.textContent = 'Undo';
  undo.addEventListener('click', () => end(deletion, `“${deletion.title}” stays.`));
  toast.append(message, undo);
  region.append(toast);
  announce(`${message.textContent} Undo is at the end of the page.`);
  return { toast, timer: setTimeout(() => void carryOut(deletion, toast), Math.max(0, deletion.due - Date.now())) };
}

/** The title, whose directions end with it. */
function isolated(title: string): HTMLElement {
  const element = document.createElement('bdi');
  element.textContent = title;
  return element;
}

async function carryOut(deletion: Deletion, toast: HTMLElement): Promise<void> {
  const { id, title, revision } = deletion;
  if (toast.matches(':focus-within, :hover')) {
    // The user is at the button: leave time to decide.
    const entry = drawn.get(id);
    if (entry) entry.timer = setTimeout(() => void carryOut(deletion, toast), 1_000);
    return;
  }
  if (!read().some((waiting) => waiting.id === id)) return;
  try {
    const response = await fetch(`/api/documents/${id}`, { method: 'DELETE', headers: { 'if-match': `"${revision}"` } });
    if (response.ok || response.status === 404) end(deletion, `“${title}” is deleted.`, 'row');
    else if (response.status === 412) end(deletion, `“${title}” stays: another user changed it meanwhile.`);
    else end(deletion, `“${title}” stays: ${await reasonOf(response)}.`);
  } catch {
    end(deletion, `“${title}” stays: ${silence()}.`);
  }
}

/** The deletion is over, one way or the other: the focus must not be lost with the button that had it. */
function end({ id }: Deletion, message: string, gone?: 'row'): void {
  const focusInside = drawn.get(id)?.toast.contains(document.activeElement) ?? false;
  const row = document.querySelector<HTMLElement>(`[data-document="${CSS.escape(id)}"]`);
  if (gone) row?.remove();
  write(without(id));
  draw();
  if (focusInside) (row?.querySelector('a') ?? document.getElementById('documents-heading') ?? document.getElementById('main'))?.focus();
  announce(message);
  showStatus(message);
}

function showStatus(message: string): void {
  const status = document.getElementById('editor-status');
  if (status) status.textContent = message;
}
