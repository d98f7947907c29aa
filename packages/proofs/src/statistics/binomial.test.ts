import { describe, expect, it } from 'vitest';
import { acceptance, atMost, ERROR_RATE, mistaken, PRECISION, requestsFor, requestsForAll, within } from './binomial.ts';

describe('the binomial distribution', () => {
  it('agrees with what can be counted by hand', () => {
    expect(atMost(0, 2, 0.5)).toBeCloseTo(0.25, 12);
    expect(atMost(1, 2, 0.5)).toBeCloseTo(0.75, 12);
    expect(atMost(2, 10, 0.3)).toBeCloseTo(0.3827827864, 9);
    expect([atMost(-1, 5, 0.5), atMost(5, 5, 0.5), atMost(0, 5, 0), atMost(4, 5, 1)]).toEqual([0, 1, 1, 0]);
  });

  it('stays exact for thousands of trials, where a product of probabilities would be 0', () => {
    expect(atMost(4800, 6000, 0.8) + (1 - atMost(4800, 6000, 0.8))).toBe(1);
    expect(atMost(4800, 6000, 0.8)).toBeCloseTo(0.5, 1);
    expect(atMost(1200, 6000, 0.2)).toBeCloseTo(1 - atMost(4799, 6000, 0.8), 9);
  });

  it('accepts no count whose tail is too thin, and each that is inside', () => {
    const { from, to } = acceptance(1000, 0.8, 0.01);
    expect(atMost(from - 1, 1000, 0.8)).toBeLessThanOrEqual(0.005);
    expect(atMost(from, 1000, 0.8)).toBeGreaterThan(0.005);
    expect(1 - atMost(to, 1000, 0.8)).toBeLessThanOrEqual(0.005);
    expect(1 - atMost(to - 1, 1000, 0.8)).toBeGreaterThan(0.005);
  });

  it('accepts of a probability of nothing nothing, and of a probability of everything everything', () => {
    expect(acceptance(1000, 0, 0.01)).toEqual({ from: 0, to: 0 });
    expect(acceptance(1000, 1, 0.01)).toEqual({ from: 1000, to: 1000 });
  });
});

describe('the number of requests', () => {
  it('distinguishes 77/23 from 80/20 with less than 1 % of errors of either kind', () => {
    const requests = requestsFor(0.8, 0.03);
    expect(requests).toBeLessThan(7000);
    expect(1 - mistaken(requests, 0.8, 0.8, ERROR_RATE)).toBeLessThan(0.01); // a right probability called wrong
    expect(mistaken(requests, 0.8, 0.77, ERROR_RATE)).toBeLessThan(0.01); // a wrong probability called right
    expect(mistaken(requests - 1000, 0.8, 0.77, ERROR_RATE)).toBeGreaterThan(0.01);
  });

  it('is by default so many that 80/20 fails, and 77/23 passes, in less than 1 % of the runs, both versions judged', () => {
    const requests = requestsForAll([0.8, 0.2], PRECISION);
    const [v1, v2] = [acceptance(requests, 0.8, ERROR_RATE), acceptance(requests, 0.2, ERROR_RATE)];
    const [from, to] = [Math.max(v1.from, requests - v2.to), Math.min(v1.to, requests - v2.from)];
    const passes = (truth: number) => atMost(to, requests, truth) - atMost(from - 1, requests, truth);
    expect(1 - passes(0.8)).toBeLessThan(0.01);
    expect(passes(0.77)).toBeLessThan(0.01);
    expect(passes(0.83)).toBeLessThan(0.01);
  });

  it('grows with the precision, and asks for one', () => {
    expect(requestsFor(0.8, 0.01)).toBeGreaterThan(5 * requestsFor(0.8, 0.03));
    expect(() => requestsFor(0.8, 0)).toThrow('precision');
    expect(requestsFor(1, 0.03)).toBeLessThan(400);
  });
});

describe('a tolerance', () => {
  it('leaves 2 % to 3.4 % of 6,000 requests where 2.7 % are predicted, and both ends', () => {
    expect(within(6000, 0.3 ** 3, 0.007)).toEqual({ from: 120, to: 204 });
    expect(within(5000, 0.3 ** 3, 0.007)).toEqual({ from: 100, to: 170 });
  });

  it('is wide enough for chance: three standard deviations of 5,000 requests', () => {
    const { from, to } = within(5000, 0.3 ** 3, 0.007);
    expect(atMost(to, 5000, 0.027) - atMost(from - 1, 5000, 0.027)).toBeGreaterThan(0.997);
  });

  it('is too narrow for one retry fewer or one more', () => {
    const { from, to } = within(6000, 0.3 ** 3, 0.007);
    expect(atMost(to, 6000, 0.3 ** 2)).toBeLessThan(1e-6);
    expect(1 - atMost(from - 1, 6000, 0.3 ** 4)).toBeLessThan(1e-6);
  });
});
