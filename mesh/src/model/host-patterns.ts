import { hostCovers, hostsOverlap, isWildcard } from '../names.ts';
import { append } from './selection.ts';

/** Finds what is written for a host, exactly or by a pattern such as `*.shop.example.com`, without looking at everything. */
export class HostPatterns<T> {
  readonly #byHost = new Map<string, T[]>();
  /** Patterns that do not end at a dot: `*-shop.example.com`. */
  readonly #odd: [pattern: string, item: T][] = [];

  constructor(items: readonly T[], hostsOf: (item: T) => readonly string[]) {
    for (const item of items)
      for (const host of hostsOf(item)) {
        if (isWildcard(host) && host !== '*' && !host.startsWith('*.')) this.#odd.push([host, item]);
        else append(this.#byHost, host, item);
      }
  }

  exactly(host: string): readonly T[] {
    return this.#byHost.get(host) ?? [];
  }

  /** Those whose pattern means a host, the longest pattern first. */
  byPattern(host: string): readonly T[] {
    const odd = this.#odd.filter(([pattern]) => hostCovers(pattern, host));
    return [...patternsOf(host).flatMap((pattern) => this.#byHost.get(pattern)?.map((item): [string, T] => [pattern, item]) ?? []), ...odd]
      .sort(([a], [b]) => b.length - a.length)
      .map(([, item]) => item);
  }

  /** Those that have a host in common with a host, or with a pattern. */
  overlapping(host: string): readonly T[] {
    if (!isWildcard(host)) return [...this.exactly(host), ...this.byPattern(host)];
    const all: [string, T][] = [...this.#byHost].flatMap(([one, items]) => items.map((item): [string, T] => [one, item]));
    return [...all, ...this.#odd].filter(([one]) => hostsOverlap(one, host)).map(([, item]) => item);
  }
}

/** `*.b.c`, `*.c` and `*` of `a.b.c`; a pattern means itself too. */
function patternsOf(host: string): readonly string[] {
  const labels = host.split('.');
  return [...labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`), '*'];
}
