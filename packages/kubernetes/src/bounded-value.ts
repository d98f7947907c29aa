/** Levels that YAML may have once its aliases are written out; js-yaml's own limit for what is written (`maxDepth`). */
const MAX_DEPTH = 100;

/**
 * Why a value that was read from YAML is too deep or has more than `maxValues` values for code that walks it, else undefined:
 * aliases make a text of some KiB as large as they like, or endless. https://en.wikipedia.org/wiki/Billion_laughs_attack
 */
export function beyondBounds(value: unknown, maxValues: number): string | undefined {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (++values > maxValues) return `it has more than ${maxValues} values, with its aliases written out`;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels, with its aliases written out`;
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth: next.depth + 1 });
  }
  return undefined;
}
