/** A text that is not saved yet, as this browser keeps it. */
export interface Draft {
  /** `new`, or the id of the document that is changed. */
  target: string;
  title: string;
  body: string;
  /** The form's idempotency key, or the revision that was edited. */
  token: string;
  /** When it was last typed at, in milliseconds since 1970. */
  at: number;
}

const PREFIX = 'draft/';
const POINTER = 'draft-of/';

/**
 * Each form of each tab has a draft of its own, so that two tabs never write over each other. Which one is this tab's lies in
 * the session's storage: it outlives a reload, and the draft itself outlives the tab.
 */
export class DraftStore {
  constructor(private readonly target: string) {}

  /** This tab's draft of this form. */
  read(): Draft | undefined {
    return this.parse(localStorage.getItem(PREFIX + this.pointer()));
  }

  /** @throws where the browser keeps nothing */
  write(draft: Omit<Draft, 'target' | 'at'>): void {
    const kept: Draft = { ...draft, target: this.target, at: Date.now() };
    localStorage.setItem(PREFIX + this.pointer(), JSON.stringify(kept));
  }

  remove(): void {
    localStorage.removeItem(PREFIX + this.pointer());
    sessionStorage.removeItem(POINTER + this.target);
  }

  /** The drafts of this form that other tabs have left, the latest first. */
  others(): { name: string; draft: Draft }[] {
    const own = PREFIX + this.pointer();
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(PREFIX) && name !== own)
      .flatMap((name) => {
        const draft = this.parse(localStorage.getItem(name));
        return draft?.target === this.target ? [{ name, draft }] : [];
      })
      .sort((a, b) => b.draft.at - a.draft.at);
  }

  static discard(name: string): void {
    localStorage.removeItem(name);
  }

  private pointer(): string {
    const known = sessionStorage.getItem(POINTER + this.target);
    if (known) return known;
    // No randomUUID: a page that came over plain HTTP has none.
    const made = [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('');
    sessionStorage.setItem(POINTER + this.target, made);
    return made;
  }

  private parse(text: string | null): Draft | undefined {
    if (text === null) return undefined;
    try {
      return JSON.parse(text) as Draft;
    } catch {
      return undefined;
    }
  }
}

/** Whether this browser keeps anything for this page: private windows and strict settings may not. */
export const storageWorks: boolean = (() => {
  try {
    localStorage.setItem('probe', '');
    localStorage.removeItem('probe');
    return sessionStorage.length >= 0;
  } catch {
    return false;
  }
})();
