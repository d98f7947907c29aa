import type { Progress } from '@mesh-platform/kubernetes';
import { LiveLines, type Mark, marked } from './live-lines.ts';

const TICK_MS = 200;
/** Without such a terminal, a step that takes this long prints that it is still running. */
const STILL_MS = 30_000;

interface Step {
  readonly title: string;
  readonly startedAt: number;
  detail: string;
  printedAt: number;
}

/** `3.2 s`, `1 min 05 s` */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 100) / 10;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}

/**
 * Steps as lines on standard error: the running ones at the bottom of a terminal whose width is known, with elapsed time; each stays
 * once it has ended.
 */
export class TerminalProgress implements Progress {
  readonly #running = new Set<Step>();
  readonly #stream: NodeJS.WriteStream;
  readonly #live: LiveLines;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.#live = new LiveLines(stream);
  }

  async step<T>(title: string, work: (note: (detail: string) => void) => Promise<T>): Promise<T> {
    const step: Step = { title, startedAt: performance.now(), detail: '', printedAt: performance.now() };
    this.#running.add(step);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
    try {
      const result = await work((detail) => {
        step.detail = detail;
      });
      this.#end(step, '✓');
      return result;
    } catch (error) {
      this.#end(step, '✗');
      throw error;
    }
  }

  print(line: string): void {
    this.#live.erase();
    this.#stream.write(`  ${line}\n`);
    this.#draw();
  }

  #end(step: Step, mark: Mark): void {
    this.#running.delete(step);
    this.#live.erase();
    this.#stream.write(`${marked(mark, this.#stream)} ${step.title} (${elapsed(performance.now() - step.startedAt)})\n`);
    if (this.#running.size > 0) this.#draw();
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #tick(): void {
    if (this.#live.columns > 0) {
      this.#draw();
      return;
    }
    const now = performance.now();
    for (const step of this.#running) {
      if (now - step.printedAt < STILL_MS) continue;
      step.printedAt = now;
      this.#stream.write(`  … ${this.#line(step)}\n`);
    }
  }

  #line({ title, startedAt, detail }: Step): string {
    return `${title} (${elapsed(performance.now() - startedAt)})${detail === '' ? '' : `: ${detail}`}`;
  }

  /** A detail may have several lines. */
  #lines(): readonly string[] {
    return [...this.#running].flatMap((step) => `… ${this.#line(step)}`.split('\n'));
  }

  #draw(): void {
    const { columns } = this.#live;
    if (columns > 0) this.#live.draw(this.#lines().map((line) => [...line].slice(0, columns - 1).join('')));
  }
}
