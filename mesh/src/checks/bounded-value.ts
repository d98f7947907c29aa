/** Levels that YAML may have once its aliases are written out; js-yaml's own limit for what is written (`maxDepth`). */
const MAX_DEPTH = 100;
/** Values that it may have then. The largest manifests that we know, Istio's CRDs, have 6,000 in one, at 28 levels. */
const MAX_VALUES = 1_000_000;

/**
 * Why a value must not be walked by what recurses: aliases make a text of some KiB as deep or as large as they like, or endless.
 * Undefined where it may. https://en.wikipedia.org/wiki/Billion_laughs_attack
 */
export function beyondBounds(value: unknown): string | undefined {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (++values > MAX_VALUES) return `it has more than ${MAX_VALUES} values, with its aliases written out`;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels, with its aliases written out`;
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth: next.depth + 1 });
  }
  return undefined;
}
