import { describe, expect, it } from 'vitest';
import { Random } from '../../test/support/random.ts';
import { judge } from './decision.ts';
import { noEvidence, overdispersion } from './evidence.ts';
import type { Counted } from './hypergeometric.ts';
import { type Evidences, observe, verdicts } from './metrics.ts';

/** How many of so many requests are bad; by inversion, since rates are low. */
function badOf(requests: number, rate: number, random: () => number): Counted {
  if (rate >= 1) return { requests, bad: requests };
  let u = random();
  let probability = (1 - rate) ** requests;
  let bad = 0;
  while (u > probability && bad < requests) {
    u -= probability;
    probability *= ((requests - bad) / (bad + 1)) * (rate / (1 - rate));
    bad += 1;
  }
  return { requests, bad };
}

interface Scenario {
  readonly canary: number | ((poll: number, random: () => number) => number);
  readonly baseline: number | ((poll: number, random: () => number) => number);
  readonly perPoll?: number;
  readonly steps?: readonly number[];
  readonly maxRatio?: number;
  readonly polls?: number;
  readonly callers?: number;
  readonly weight?: (poll: number, random: () => number) => number;
}
interface Outcome {
  readonly end: 'rollback' | 'promote' | 'undecided';
  readonly requests: number;
  readonly evidences: Evidences;
}

const STEPS = [5, 10, 25, 50];
const NOT_SIMULATED = ['attempts', 'slow', 'slowest', 'clientErrors'] as const;
const rateOf = (rate: Scenario['canary'], poll: number, random: () => number) => (typeof rate === 'number' ? rate : rate(poll, random));

/** A rollout of one metric: polls, evidence and decisions as the loop makes them. */
function simulated(scenario: Scenario, seed: number): Outcome {
  const { perPoll = 100, steps = STEPS, maxRatio = 1.25, polls = 1_000, callers = 1, weight } = scenario;
  const numbers = new Random(seed);
  const random = () => numbers.next();
  let evidences: Evidences = {};
  let step = 0;
  let requests = 0;
  for (let poll = 0; poll < polls; poll++) {
    const strata = Array.from({ length: callers }, () => {
      const percent = weight?.(poll, random) ?? steps[step] ?? 100;
      const ofCanary = badOf(perPoll, percent / 100, random).bad;
      requests += perPoll;
      return {
        failures: {
          canary: badOf(ofCanary, rateOf(scenario.canary, poll, random), random),
          baseline: badOf(perPoll - ofCanary, rateOf(scenario.baseline, poll, random), random),
        },
      };
    });
    evidences = observe(evidences, strata, { maxRatio, floor: 0.01 });
    const { decision } = judge(verdicts(evidences, NOT_SIMULATED), step, steps.length);
    if (decision.action === 'rollback' || decision.action === 'promote') return { end: decision.action, requests, evidences };
    if (decision.action === 'advance') step += 1;
  }
  return { end: 'undecided', requests, evidences };
}

const times = (count: number, scenario: Scenario): readonly Outcome[] =>
  Array.from({ length: count }, (_, seed) => simulated(scenario, seed + 1));
const share = (outcomes: readonly Outcome[], end: Outcome['end']): number =>
  outcomes.filter((one) => one.end === end).length / outcomes.length;
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const report = (what: string, outcomes: readonly Outcome[]): void =>
  console.info(
    `${what}: ${(['promote', 'rollback', 'undecided'] as const).map((end) => `${(share(outcomes, end) * 100).toFixed(2)} % ${end}`).join(', ')}`,
  );

describe('of simulated rollouts', { timeout: 180_000 }, () => {
  it.each([
    [10_000, 0.01],
    [1_000, 0.001],
    [1_000, 0.05],
  ])('of %d equal canaries at most one in a hundred is rolled back, at a failure rate of %d', (count, rate) => {
    const outcomes = times(count, { canary: rate, baseline: rate, polls: 600 });
    report(`equal at ${rate}`, outcomes);
    expect(share(outcomes, 'rollback')).toBeLessThanOrEqual(0.01);
    expect(share(outcomes, 'promote')).toBeGreaterThan(0.9);
  });

  it('at most 1 % are rolled back where the weights change at each poll and both versions fail more now and then', () => {
    const wave = (poll: number) => (poll % 20 < 5 ? 0.1 : 0.01);
    const weight = (_: number, random: () => number) => 5 + Math.floor(random() * 80);
    expect(share(times(1_000, { canary: wave, baseline: wave, weight, polls: 200 }), 'rollback')).toBeLessThanOrEqual(0.01);
  });

  it.each([
    [0.02, 0.0101],
    [0.1, 0.0526],
    [0.01, 0],
  ])('at most one in twenty is promoted that fails at %d next to %d: twice the odds, above the floor', (canary, baseline) => {
    const outcomes = times(600, { canary, baseline, polls: 400 });
    report(`bad at ${canary} next to ${baseline}`, outcomes);
    expect(share(outcomes, 'promote')).toBeLessThanOrEqual(0.05);
  });

  it.each([
    ['rollback', 0.03, 100, 4_300],
    ['rollback', 0.1, 20, 500],
    ['promote', 0.01, 100, 13_400],
  ] as const)(
    'the median ends with %s at a failure rate of %d next to 0.01, with %d requests a poll, after %d requests',
    (end, canary, perPoll, expected) => {
      const outcomes = times(600, { canary, baseline: 0.01, steps: [10], perPoll, maxRatio: 1, polls: 2_000 });
      const found = median(outcomes.filter((one) => one.end === end).map(({ requests }) => requests));
      console.info(`${canary} next to 0.01, at 10 % of the traffic: ${end} after ${found} requests (median), expected ${expected}`);
      expect(share(outcomes, end)).toBeGreaterThan(0.97);
      expect(found).toBeLessThan(expected * 1.15);
      expect(found).toBeGreaterThan(expected * 0.85);
    },
  );

  it('at most 5 % of equal canaries are rolled back whose failures come in bursts that meet only one version', () => {
    const bursts = (_: number, random: () => number) => (random() < 0.02 ? 0.3 : 0.005);
    const outcomes = times(1_000, { canary: bursts, baseline: bursts, polls: 300 });
    const tempered = outcomes.filter(({ evidences }) => overdispersion(evidences.failures ?? noEvidence) > 1);
    report(`bursts, ${tempered.length} of ${outcomes.length} tempered`, outcomes);
    expect(tempered.length).toBeGreaterThan(outcomes.length / 4);
    expect(share(outcomes, 'rollback')).toBeLessThanOrEqual(0.05);
  });

  it('a canary that fails for one caller of ten is rolled back', () => {
    let call = 0;
    const oneOfTen = () => (call++ % 10 === 0 ? 0.2 : 0.01);
    expect(share(times(100, { canary: oneOfTen, baseline: 0.01, callers: 10, perPoll: 20 }), 'rollback')).toBeGreaterThan(0.9);
  });

  it('none is promoted or rolled back without traffic', () => {
    expect(share(times(10, { canary: 0, baseline: 0, perPoll: 0 }), 'undecided')).toBe(1);
  });

  it('none is decided within an hour of one request a minute', () => {
    expect(share(times(100, { canary: 0.01, baseline: 0.01, perPoll: 1, polls: 60 }), 'undecided')).toBe(1);
  });
});
