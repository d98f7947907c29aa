/** The known word that another one is a misspelling of: one letter is wrong, missing, too many or swapped, in a long word two. */
export function meantBy(word: string, known: Iterable<string>): string | undefined {
  const most = word.length < 5 ? 0 : word.length < 9 ? 1 : 2;
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const one of known) {
    if (Math.abs(one.length - word.length) > most || digitsOf(one) !== digitsOf(word)) continue;
    const distance = distanceOf(word, one);
    if (distance > 0 && distance <= (best ? best.distance - 1 : most)) best = { word: one, distance };
  }
  return best?.word;
}

/** `web-v1` is no misspelling of `web-v2`. */
const digitsOf = (word: string): string => word.replace(/\D/g, '');

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
