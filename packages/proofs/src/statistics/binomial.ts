// Without an import: both k6 (the load tests) and Node.js (the tour) run it.

/** Probability, from 0 to 1, of at most `successes` in `trials` of which each succeeds with probability `probability`. Exact but for rounding. */
export function atMost(successes: number, trials: number, probability: number): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  if (probability <= 0) return 1;
  if (probability >= 1) return 0;
  let logTerm = trials * Math.log1p(-probability);
  let sum = 0;
  for (let k = 0; k <= successes; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((trials - k) / (k + 1)) + Math.log(probability / (1 - probability));
  }
  return Math.min(1, sum);
}

/** The numbers of successes, both ends included, that an expected probability explains; each tail beyond them has at most `alpha / 2`. */
export function acceptance(trials: number, probability: number, alpha: number): { readonly from: number; readonly to: number } {
  const lowest = (suffices: (count: number) => boolean): number => {
    let [low, high] = [0, trials];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (suffices(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    from: lowest((count) => atMost(count, trials, probability) > alpha / 2),
    to: lowest((count) => 1 - atMost(count, trials, probability) <= alpha / 2),
  };
}

/** The probability that a true probability passes as the expected one. */
export function mistaken(trials: number, expected: number, truth: number, alpha: number): number {
  const { from, to } = acceptance(trials, expected, alpha);
  return atMost(to, trials, truth) - atMost(from - 1, trials, truth);
}

/** Of a right probability that is called wrong, and of a wrong one that is called right. */
export const ERROR_RATE = 0.008;

/** The default precision: a smaller distance from the expected probability is not distinguished. */
export const PRECISION = 0.03;

/**
 * The fewest requests, in steps of 100, that distinguish a probability which is `precision` away from the expected one:
 * both kinds of error stay below ERROR_RATE.
 */
export function requestsFor(expected: number, precision: number): number {
  if (!(precision > 0)) throw new Error(`a precision must be above 0, and ${precision} is not`);
  const truths = [expected - precision, expected + precision].filter((truth) => truth >= 0 && truth <= 1);
  const distinguishes = (trials: number) => truths.every((truth) => mistaken(trials, expected, truth, ERROR_RATE) < ERROR_RATE);
  let [low, high] = [1, 1];
  while (!distinguishes(high * 100)) {
    low = high;
    high *= 2;
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (distinguishes(middle * 100)) high = middle;
    else low = middle + 1;
  }
  return high * 100;
}

/** The fewest requests that distinguish every version's probability from one that is `precision` away. */
export const requestsForAll = (probabilities: readonly number[], precision: number): number =>
  Math.max(...probabilities.map((probability) => requestsFor(probability, precision)));

/** The counts, both ends included, that are within `tolerance` of a probability of the trials. */
export function within(trials: number, probability: number, tolerance: number): { readonly from: number; readonly to: number } {
  // What rounding takes from a product must not take a whole count.
  const rounding = 1e-6;
  return { from: Math.ceil(trials * (probability - tolerance) - rounding), to: Math.floor(trials * (probability + tolerance) + rounding) };
}
