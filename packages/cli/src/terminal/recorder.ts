import type { Progress } from '@mesh-platform/kubernetes';

/** One step of long work, in milliseconds since its beginning. */
export interface Recorded {
  readonly title: string;
  readonly from: number;
  readonly to: number;
}

/** Hands everything on to another progress and writes down when each step began and ended. */
export class Recorder implements Progress {
  readonly steps: Recorded[] = [];
  readonly #startedAt = performance.now();
  readonly #shown: Progress;

  constructor(shown: Progress) {
    this.#shown = shown;
  }

  async step<T>(title: string, work: (note: (detail: string) => void) => Promise<T>): Promise<T> {
    const from = performance.now() - this.#startedAt;
    try {
      return await this.#shown.step(title, work);
    } finally {
      this.steps.push({ title, from, to: performance.now() - this.#startedAt });
    }
  }

  print(line: string): void {
    this.#shown.print(line);
  }

  /** Milliseconds since the beginning. */
  elapsed(): number {
    return performance.now() - this.#startedAt;
  }
}
