import { append } from '../../model/selection.ts';

/** Known words, to find the one that another word is a misspelling of. */
export class Vocabulary {
  readonly #words = new Map<string, string[]>();

  readonly #isAlike: (a: string, b: string) => boolean;

  constructor(words: Iterable<string>, isAlike: (a: string, b: string) => boolean = () => true) {
    this.#isAlike = isAlike;
    for (const word of new Set(words)) append(this.#words, bucketOf(word), word);
  }

  /** The known word of which one letter is wrong, missing, too many or swapped, in a long word two. */
  meantBy(word: string): string | undefined {
    const most = word.length < 5 ? 0 : word.length < 9 ? 1 : 2;
    let best: { readonly word: string; readonly distance: number } | undefined;
    for (const one of this.#words.get(bucketOf(word)) ?? []) {
      if (Math.abs(one.length - word.length) > most || !this.#isAlike(one, word)) continue;
      const distance = distanceOf(word, one);
      if (distance > 0 && distance <= (best ? best.distance - 1 : most)) best = { word: one, distance };
    }
    return best?.word;
  }
}

const MISSPELT_PART = 5;

/** Whether two names differ in one long part: `orders-api` is no misspelling of `orders-app`. */
export function differInLongPart(a: string, b: string): boolean {
  const [ofA, ofB] = [a.split(/[-_.]/), b.split(/[-_.]/)];
  const different = ofA.filter((part, index) => part !== ofB[index]);
  return ofA.length === ofB.length && different.length === 1 && (different[0]?.length ?? 0) >= MISSPELT_PART;
}

/** Few misspell the first letter, and `web-v1` is no misspelling of `web-v2`. */
const bucketOf = (word: string): string => `${word.charAt(0)}${word.replace(/\D/g, '')}`;

/** Damerau's and Levenshtein's: how many letters to change, add, remove or swap with the next. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY;
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
