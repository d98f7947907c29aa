import type { Logger } from '@mesh-platform/service-kit';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { PlainReason } from './plain-text.js';
import type { RenderedMarkdown } from './render-markdown.js';
import { RenderThread, type ThreadLimits } from './render-thread.js';

export interface RendererOptions extends ThreadLimits {
  /** The program of a thread. */
  script: URL;
  /** Texts that may wait for the thread. */
  maxWaiting: number;
  /** Milliseconds that each of them may wait. */
  waitMs: number;
}

/** The settings in production: one thread, since a pod has one processor. */
export const RENDERER_OPTIONS: RendererOptions = {
  script: new URL('./render.worker.js', import.meta.url),
  cpuMs: 500,
  wallMs: 1_500,
  maxWaiting: 32,
  waitMs: 1_000,
};

interface Job {
  source: string;
  resolve(outcome: RenderedMarkdown | PlainReason): void;
  timer: NodeJS.Timeout;
}

/** Formats Markdown in a thread of its own, so that no text stops the process or keeps it from its other requests. */
export class MarkdownRenderer implements OnApplicationShutdown {
  readonly #waiting: Job[] = [];
  #thread: RenderThread | undefined;
  #working = false;

  constructor(
    private readonly logger: Pick<Logger, 'warn' | 'error'>,
    private readonly options: RendererOptions,
  ) {
    this.#thread = this.#start(); // warm before the first text
  }

  /** Formats a text; where that takes too much or too long, the reason to show it plain instead. */
  render(source: string): Promise<RenderedMarkdown | PlainReason> {
    if (this.#waiting.length >= this.options.maxWaiting) return Promise.resolve('busy');
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(job), 1);
        resolve('busy');
      }, this.options.waitMs);
      const job: Job = { source, resolve, timer };
      this.#waiting.push(job);
      void this.#work();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#thread?.end();
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      clearTimeout(job.timer);
      job.resolve(await this.#outcome(job.source));
    }
    this.#working = false;
  }

  async #outcome(source: string): Promise<RenderedMarkdown | PlainReason> {
    this.#thread ??= this.#start();
    const thread = this.#thread;
    const outcome = await thread.render(source);
    if (typeof outcome !== 'string') return outcome ?? 'complex';
    const about = { characters: source.length, err: thread.cause };
    if (outcome === 'failed') {
      this.logger.error(about, 'the markdown thread failed');
      this.#thread = undefined; // started by the next text: what fails at its start must not do so in a loop
      return 'failed';
    }
    this.logger.warn(about, `the markdown thread was ended: ${outcome}`);
    this.#thread = this.#start();
    return 'complex';
  }

  #start(): RenderThread {
    return new RenderThread(this.options.script, this.options);
  }
}
