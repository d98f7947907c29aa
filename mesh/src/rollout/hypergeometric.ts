/** Requests of two versions in one poll of one caller, and how many of them were bad. */
export interface Stratum {
  readonly canary: Counted;
  readonly baseline: Counted;
}

export interface Counted {
  readonly requests: number;
  readonly bad: number;
}

/** Given how many requests of both versions were bad: the distribution of how many of them were the canary's, at odds ratio 1. */
export interface Conditional {
  /** The least possible count of the canary. */
  readonly first: number;
  /** Logarithms of the weights of `first`, `first + 1`, …, up to a common factor. */
  readonly logWeights: readonly number[];
  /** Logarithm of the sum of the weights. */
  readonly logTotal: number;
}

/**
 * Fisher's hypergeometric distribution with odds ratio 1. Conditioning on the sum of the bad requests removes the rate that both versions
 * share, so changes of weight and disturbances that meet both versions cancel.
 */
export function conditional({ canary, baseline }: Stratum): Conditional {
  const bad = canary.bad + baseline.bad;
  const first = Math.max(0, bad - baseline.requests);
  const last = Math.min(canary.requests, bad);
  const logWeights = [0];
  let logWeight = 0;
  for (let x = first; x < last; x++) {
    logWeight += Math.log(((canary.requests - x) * (bad - x)) / ((x + 1) * (baseline.requests - bad + x + 1)));
    logWeights.push(logWeight);
  }
  return { first, logWeights, logTotal: logSum(logWeights) };
}

/** log M_ψ = log Σ_x P(x) ψ^x: the normaliser of the non-central hypergeometric distribution with the odds ratio ψ. */
export function logNormaliser({ first, logWeights, logTotal }: Conditional, oddsRatio: number): number {
  const slope = Math.log(oddsRatio);
  if (logWeights.length === 1) return first * slope;
  return first * slope + logSum(logWeights.map((weight, index) => weight + index * slope)) - logTotal;
}

/** Mean and variance of the canary's bad requests at the odds ratio. */
export function moments({ first, logWeights }: Conditional, oddsRatio: number): { readonly mean: number; readonly variance: number } {
  const slope = Math.log(oddsRatio);
  const weights = logWeights.map((weight, index) => weight + index * slope);
  const largest = Math.max(...weights);
  let [total, sum, squares] = [0, 0, 0];
  weights.forEach((weight, index) => {
    const probability = Math.exp(weight - largest);
    total += probability;
    sum += probability * index;
    squares += probability * index ** 2;
  });
  const mean = sum / total;
  return { mean: first + mean, variance: Math.max(0, squares / total - mean ** 2) };
}

/** log Σ exp(terms), without overflow. */
export function logSum(terms: readonly number[]): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const term of terms) largest = Math.max(largest, term);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}

/** log of the mean of exp(terms). */
export const logMean = (terms: readonly number[]): number => logSum(terms) - Math.log(terms.length);
