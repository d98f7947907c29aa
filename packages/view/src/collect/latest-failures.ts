import type { FailedRequest, RequestSpan } from '../snapshot.ts';

/** Logs are read only after the proxies counted something that failed, and not more often than this. */
const LOGS_MS = 5_000;
/** How many times as long as it took before they are read again. */
const LOGS_REST = 4;
/** A request's lines are complete some seconds after it. */
const LATE_SECONDS = 4;
/** Seconds of logs that are read at first, and at most. */
const FIRST_SECONDS = 60;
const MOST_FAILURES = 50;

/** The latest requests that failed, from the logs. */
export class LatestFailures {
  readonly #readLogs: (sinceSeconds: number) => Promise<readonly FailedRequest[]>;
  #all: readonly FailedRequest[] = [];
  #countBefore = -1;
  #readAt = 0;
  #dueAt = 0;
  #isReading = false;

  constructor(readLogs: (sinceSeconds: number) => Promise<readonly FailedRequest[]>) {
    this.#readLogs = readLogs;
  }

  /** The newest first. */
  get all(): readonly FailedRequest[] {
    return this.#all;
  }

  /** Reads the logs, where the proxies counted another number of failures than before. Never throws. */
  async read(count: number, now: number): Promise<void> {
    if (this.#isReading || count === this.#countBefore || now < this.#dueAt) return;
    this.#isReading = true;
    const seconds = this.#readAt === 0 ? FIRST_SECONDS : Math.ceil((now - this.#readAt) / 1000) + LATE_SECONDS;
    this.#readAt = now;
    this.#countBefore = count;
    const found = await this.#readLogs(Math.min(seconds, FIRST_SECONDS)).catch(() => []);
    this.#isReading = false;
    this.#dueAt = Date.now() + Math.max(LOGS_MS, LOGS_REST * (Date.now() - now));
    const keys = new Set(found.map(failureKey));
    const kept = this.#all.filter((failure) => !keys.has(failureKey(failure)));
    this.#all = [...found, ...kept].toSorted((a, b) => b.time - a.time).slice(0, MOST_FAILURES);
  }

  /** Traces are forgotten earlier than failures: their spans stay with them. */
  addSpans(spansOf: (requestId: string) => readonly RequestSpan[]): void {
    this.#all = this.#all.map((failure) => {
      const spans = failure.requestId === undefined ? [] : spansOf(failure.requestId);
      return spans.length > (failure.spans?.length ?? 0) ? { ...failure, spans } : failure;
    });
  }
}

const failureKey = ({ requestId, what, time }: FailedRequest): string => requestId ?? `${what} ${time}`;
