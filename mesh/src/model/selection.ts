import { kept } from '../kept.ts';
import type { Labels } from './fields.ts';

/** Whether labels have each pair that a selector wants; an empty selector wants nothing. */
export function covers(selector: Labels, labels: Labels): boolean {
  for (const [key, value] of selector) if (labels.get(key) !== value) return false;
  return true;
}

export const describeSelector = (selector: Labels): string => [...selector].map(([key, value]) => `${key}=${value}`).join(', ');

interface Selectable {
  readonly namespace: string;
  readonly labels: Labels;
}

const pairOf = ([key, value]: readonly [string, string]): string => `${key}=${value}`;

/** Finds what a selector selects without looking at everything. */
export class LabelIndex<T extends Selectable> {
  readonly #all = new Map<string, T[]>();
  readonly #byPair = new Map<string, T[]>();

  constructor(items: readonly T[]) {
    for (const item of items) {
      append(this.#all, item.namespace, item);
      for (const pair of item.labels) append(this.#byPair, `${item.namespace} ${pairOf(pair)}`, item);
    }
  }

  select(namespace: string, selector: Labels): readonly T[] {
    const [rarest] = [...selector]
      .map((pair) => this.#byPair.get(`${namespace} ${pairOf(pair)}`) ?? [])
      .sort((a, b) => a.length - b.length);
    if (!rarest) return this.#all.get(namespace) ?? [];
    return rarest.filter(({ labels }) => covers(selector, labels));
  }
}

interface Selecting {
  readonly namespace: string;
  readonly selector: Labels;
}

/** Finds which policies select a workload. */
export class SelectorIndex<T extends Selecting> {
  readonly #open = new Map<string, T[]>();
  readonly #byPair = new Map<string, T[]>();

  constructor(items: readonly T[]) {
    for (const item of items) {
      const [first] = item.selector;
      if (first) append(this.#byPair, `${item.namespace} ${pairOf(first)}`, item);
      else append(this.#open, item.namespace, item);
    }
  }

  /** Those with a selector that the labels meet. */
  selecting(namespace: string, labels: Labels): readonly T[] {
    return [...labels]
      .flatMap((pair) => this.#byPair.get(`${namespace} ${pairOf(pair)}`) ?? [])
      .filter(({ selector }) => covers(selector, labels));
  }

  /** Those without a selector, which mean every workload of their namespace. */
  open(namespace: string): readonly T[] {
    return this.#open.get(namespace) ?? [];
  }
}

export const append = <K, T>(map: Map<K, T[]>, key: K, item: T): void => void kept(map, key, () => []).push(item);
