/** Draws that are the same for the same seed, so that what failed once can fail again. */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  // https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (mulberry32)
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    /** A number from 0 to below 1. */
    next,
    /** A whole number from 0 to `limit` - 1. */
    below,
    chance: (share: number): boolean => next() < share,
    pick: <T>(values: readonly T[]): T => values[below(values.length)] as T,
  };
}

export type Random = ReturnType<typeof randomOf>;
