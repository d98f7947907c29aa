import { reasonOf, silence } from './problem.js';

const PAUSE_MS = 150;
const RETRY_MS = 2_000;

/**
 * The text as this version shows it, rendered where it will be rendered later, so that both are the same. One request is under
 * way at a time; what was typed meanwhile follows it, so answers cannot overtake each other.
 */
export class LivePreview {
  #shown: string | undefined;
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly textarea: HTMLTextAreaElement,
    private readonly place: HTMLElement,
    private readonly complain: (message: string) => void,
  ) {}

  /** Renders what is in the field, after a pause in the typing. */
  update(pauseMs = PAUSE_MS): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#render(), pauseMs);
  }

  async #render(): Promise<void> {
    const body = this.textarea.value;
    if (this.#busy || body === this.#shown || !this.textarea.isConnected) return;
    if (body === '') return this.#show('', '');
    this.#busy = true;
    try {
      const response = await fetch('/render', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ body }),
      });
      if (response.ok) this.#show(body, await response.text());
      else this.#fail(body, await reasonOf(response), response.status);
    } catch {
      this.#fail(body, silence(), 0);
    } finally {
      this.#busy = false;
      if (this.textarea.value !== body) this.update();
    }
  }

  #show(body: string, markup: string): void {
    this.#shown = body;
    const parsed = new DOMParser().parseFromString(markup, 'text/html');
    this.place.replaceChildren(...parsed.body.childNodes);
    this.complain('');
  }

  // A retry of a text that was refused for itself would fail again.
  #fail(body: string, reason: string, status: number): void {
    this.complain(`The preview is behind: ${reason}.`);
    if (status >= 400 && status < 500 && status !== 429) this.#shown = body;
    else this.update(RETRY_MS);
  }
}
