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
    const entries = Map.groupBy(this.#entries, settled);
    const lines = Map.groupBy(this.#lines, settled);
    this.#entries = entries.get(false) ?? [];
    this.#lines = lines.get(false) ?? [];
    return findFailures(itemsOf(entries.get(true)), itemsOf(lines.get(true)));
  }
}

const itemsOf = <T>(arrived: readonly Arrived<T>[] = []): readonly T[] => arrived.map(({ item }) => item);
