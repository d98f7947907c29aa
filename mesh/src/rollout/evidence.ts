import { type Conditional, conditional, logMean, logNormaliser, moments, type Stratum } from './hypergeometric.ts';

/**
 * Evidence for and against a canary, as e-processes: however often it is looked at, the probability that one ever exceeds 1/α
 * under its null hypothesis is at most α (Ville's inequality). Lindon & Malek 2022, arXiv 2011.03567; Turner, Ly & Grünwald 2021, arXiv 2106.02693.
 */
export interface Evidence {
  readonly canary: Tally;
  readonly baseline: Tally;
  /** log likelihood ratios of each odds ratio in WORSE above `maxRatio` against `maxRatio`; 0 for the others. */
  readonly worse: readonly number[];
  /** log likelihood ratios of each multiple in WORSE of the harmless rate against the harmless rate. */
  readonly above: readonly number[];
  /** log likelihood ratio of the odds ratio 1 against 2. */
  readonly equal: number;
  /** log likelihood ratios of each part in BELOW of the floor against the floor. */
  readonly below: readonly number[];
  readonly dispersion: Dispersion;
}

interface Tally {
  readonly requests: number;
  readonly bad: number;
}

/** How much more the polls differ from each other than independent requests would. */
interface Dispersion {
  readonly squares: number;
  readonly variance: number;
  /** Variance of `squares`, were the requests independent. */
  readonly spread: number;
  /** Numerator and denominator of the Mantel–Haenszel estimate of the odds ratio. */
  readonly odds: readonly [number, number];
}

export interface Limits {
  /** The odds ratio up to which a canary counts as no worse than the baseline; above 0. */
  readonly maxRatio: number;
  /** The rate of bad requests, 0 to 1, below which a canary counts as safe whatever the baseline's rate is. */
  readonly floor: number;
}

/** Odds ratios, and multiples of a rate, that the evidence of harm is spread over: a slightly worse canary is found, and a broken one at once. */
const WORSE = [1.5, 2, 3, 5, 10, 30] as const;
/** Parts of the floor that the evidence of safety is spread over. */
const BELOW = [1 / 10, 1 / 4, 1 / 2] as const;
/** A canary with this odds ratio, or a higher one, is not safe. */
const UNSAFE_RATIO = 2;
/** A canary below this part of the floor is harmless, whatever the baseline's rate is: one failure in a million is no reason to roll back. */
const HARMLESS = 1 / 10;
/** Standard deviations by which the dispersion exceeds chance before the evidence is tempered. */
const BURSTY = 3;
/** log of the most that one poll counts as evidence of harm: a single burst decides nothing, and a broken canary is found in three polls. */
const MOST_OF_ONE_POLL = Math.log(10);
const ODDS = { least: 1 / 100, most: 100 } as const;

export const noEvidence: Evidence = {
  canary: { requests: 0, bad: 0 },
  baseline: { requests: 0, bad: 0 },
  worse: WORSE.map(() => 0),
  above: WORSE.map(() => 0),
  equal: 0,
  below: BELOW.map(() => 0),
  dispersion: { squares: 0, variance: 0, spread: 0, odds: [0, 0] },
};

/** The evidence after one more poll, of which each caller gives one stratum. */
export function updated(evidence: Evidence, poll: readonly Stratum[], { maxRatio, floor }: Limits): Evidence {
  const harmless = floor * HARMLESS;
  const strata = poll.map((stratum) => {
    const given = conditional(stratum);
    return { stratum, given, atLimit: logNormaliser(given, maxRatio), atUnsafe: logNormaliser(given, UNSAFE_RATIO) };
  });
  const sumOf = (log: (one: (typeof strata)[number]) => number): number => strata.reduce((sum, one) => sum + log(one), 0);
  const canary = total(poll.map((stratum) => stratum.canary));
  const rate = (of: number, against: number): number =>
    canary.bad * Math.log(of / against) + (canary.requests - canary.bad) * Math.log((1 - of) / (1 - against));
  return {
    canary: total([evidence.canary, canary]),
    baseline: total([evidence.baseline, ...poll.map((stratum) => stratum.baseline)]),
    worse: evidence.worse.map((known, index) => {
      const ratio = Math.max(WORSE[index] ?? 1, maxRatio);
      const log = sumOf((one) => one.stratum.canary.bad * Math.log(ratio / maxRatio) + one.atLimit - logNormaliser(one.given, ratio));
      return known + Math.min(log, MOST_OF_ONE_POLL);
    }),
    above: evidence.above.map(
      (known, index) => known + Math.min(rate(Math.min(harmless * (WORSE[index] ?? 1), 0.99), harmless), MOST_OF_ONE_POLL),
    ),
    equal: evidence.equal + sumOf(({ stratum, atUnsafe }) => atUnsafe - stratum.canary.bad * Math.log(UNSAFE_RATIO)),
    below: evidence.below.map((known, index) => known + rate(floor * (BELOW[index] ?? 1), floor)),
    dispersion: dispersed(evidence.dispersion, strata),
  };
}

const total = (tallies: readonly Tally[]): Tally => ({
  requests: tallies.reduce((sum, { requests }) => sum + requests, 0),
  bad: tallies.reduce((sum, { bad }) => sum + bad, 0),
});

function dispersed(known: Dispersion, strata: readonly { readonly stratum: Stratum; readonly given: Conditional }[]): Dispersion {
  // Without a bad request, or of one version only, there is no variance.
  const informative = strata.filter(
    ({ stratum: { canary, baseline } }) => canary.requests > 0 && baseline.requests > 0 && canary.bad + baseline.bad > 0,
  );
  if (informative.length === 0) return known;
  const odds = informative.reduce<readonly [number, number]>(([above, below], { stratum: { canary, baseline } }) => {
    const all = canary.requests + baseline.requests;
    return [above + (canary.bad * (baseline.requests - baseline.bad)) / all, below + (baseline.bad * (canary.requests - canary.bad)) / all];
  }, known.odds);
  const ratio = Math.min(Math.max(odds[0] / odds[1] || 1, ODDS.least), ODDS.most);
  const expected = informative.map(({ stratum, given }) => ({ bad: stratum.canary.bad, ...moments(given, ratio) }));
  const deviation = expected.reduce((sum, { bad, mean }) => sum + bad - mean, 0);
  const variance = expected.reduce((sum, one) => sum + one.variance, 0);
  return {
    squares: known.squares + deviation ** 2,
    variance: known.variance + variance,
    spread: known.spread + 2 * variance ** 2 + variance,
    odds,
  };
}

/** By how much the variance between polls exceeds that of independent requests; 1 where chance explains it. */
export function overdispersion({ dispersion: { squares, variance, spread } }: Evidence): number {
  if (variance === 0 || squares - variance <= BURSTY * Math.sqrt(spread)) return 1;
  return squares / variance;
}

/**
 * log e-value against "no worse than the baseline, or harmless". Bursts of failures break the independence of requests: the evidence is then
 * raised to the power 1/overdispersion.
 */
export function harm(evidence: Evidence): number {
  const power = 1 / overdispersion(evidence);
  // The null hypothesis is one or the other, so both have to be refuted.
  return Math.min(logMean(evidence.worse.map((log) => log * power)), logMean(evidence.above.map((log) => log * power)));
}

/** log e-value against "at least twice the baseline's odds, and above the floor"; tempered like harm. */
export function safety(evidence: Evidence): number {
  const power = 1 / overdispersion(evidence);
  return logMean([evidence.equal * power, logMean(evidence.below.map((log) => log * power))]);
}
