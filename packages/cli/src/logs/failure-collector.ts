import type { AccessEntry } from './access-entry.ts';
import { type Failure, findFailures } from './failures.ts';
import type { ServiceLine } from './service-line.ts';

/** The proxies of a request write when it ends, so its lines come within moments of each other. */
const SETTLE_MS = 1_000;

interface Arrived<T> {
  readonly item: T;
  readonly at: number;
}

/** Collects entries and lines, and returns the failures of requests without a new line for a moment. */
export class FailureCollector {
  #entries: Arrived<AccessEntry>[] = [];
  #lines: Arrived<ServiceLine>[] = [];

  addEntry(item: AccessEntry, at: number): void {
    this.#entries.push({ item, at });
  }

  addLine(item: ServiceLine, at: number): void {
    if (item.requestId !== undefined) this.#lines.push({ item, at }); // others belong to no request
  }

  /** Returns and forgets failures, and forgets every successful request. `now` is Infinity after the last line. */
  take(now: number): readonly Failure[] {
    const unsettled = new Set(
      [...this.#entries, ...this.#lines].filter(({ at }) => at > now - SETTLE_MS).map(({ item }) => item.requestId),
    );
    const settled = ({ item }: Arrived<AccessEntry | ServiceLine>) => !unsettled.has(item.requestId);
    const [entries, laterEntries] = partition(this.#entries, settled);
    const [lines, laterLines] = partition(this.#lines, settled);
    this.#entries = laterEntries;
    this.#lines = laterLines;
    return findFailures(
      entries.map(({ item }) => item),
      lines.map(({ item }) => item),
    );
  }
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
