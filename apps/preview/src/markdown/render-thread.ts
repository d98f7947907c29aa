import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Html } from '../html/html.js';
import type { ThreadAnswer } from './render.worker.js';
import type { RenderedMarkdown } from './render-markdown.js';

// MiB of the thread's heap. A text within its budget takes less; what takes more ends the thread, never the process.
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** The limits of one text. */
export interface ThreadLimits {
  /** Milliseconds of processor time. */
  cpuMs: number;
  /** Milliseconds by the clock, however little of the processor the thread gets. */
  wallMs: number;
}

/** Why a thread ended without an answer. */
export type ThreadEnd = 'too long' | 'out of memory' | 'failed';

/** A thread that formats one text at a time, and ends where one takes too much. */
export class RenderThread {
  readonly #worker: Worker;
  readonly #online: Promise<unknown>;
  readonly #ended = Promise.withResolvers<ThreadEnd>();
  #cause: unknown;

  /** @param script what the thread runs: it answers each message, a text, with a message */
  constructor(
    script: URL,
    private readonly limits: ThreadLimits,
  ) {
    this.#worker = new Worker(script, { name: 'markdown', resourceLimits: HEAP, execArgv: [], env: {} });
    this.#online = new Promise((resolve) => this.#worker.once('online', resolve));
    this.#worker.unref(); // no reason for a process to stay
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#cause = error;
      this.#ended.resolve(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : 'failed');
    });
    this.#worker.on('exit', () => this.#ended.resolve('failed'));
  }

  /** The error that ended the thread, for the log. */
  get cause(): unknown {
    return this.#cause;
  }

  /** Formats a text: the markup, `undefined` where it is too complex, or why the thread ended. */
  async render(source: string): Promise<RenderedMarkdown | undefined | ThreadEnd> {
    const over = new AbortController();
    const answered = new Promise<ThreadAnswer>((resolve) => this.#worker.once('message', resolve));
    this.#worker.postMessage(source);
    try {
      const late = [this.#untilSpent(over.signal), setTimeout(this.limits.wallMs, 'too long' as const, { signal: over.signal })];
      const answer = await Promise.race([answered, this.#ended.promise, ...late]);
      if (answer === 'too long') await this.end();
      return typeof answer === 'object' ? { ...answer, html: new Html(answer.html) } : answer;
    } finally {
      over.abort();
    }
  }

  /** Ends the thread at once, whatever it does. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async #untilSpent(signal: AbortSignal): Promise<ThreadEnd> {
    await this.#online; // a thread that starts does not answer what it has spent
    const start = await this.#cpuMs();
    let left = this.limits.cpuMs;
    while (left > 0) {
      await setTimeout(Math.max(left, 10), undefined, { signal });
      left = this.limits.cpuMs - ((await this.#cpuMs()) - start);
    }
    return 'too long';
  }

  async #cpuMs(): Promise<number> {
    try {
      const { user, system } = await this.#worker.cpuUsage();
      return (user + system) / 1000;
    } catch {
      return this.#ended.promise.then(() => Number.POSITIVE_INFINITY); // the thread is over, and so is the text
    }
  }
}
