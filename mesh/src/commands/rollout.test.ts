import { describe, expect, it } from 'vitest';
import { pollCost } from '../rollout/poll-cost.ts';
import { readRate, readSettings } from './rollout.ts';

const OPTIONS = { steps: '5,10,25,50', within: '30m', maxRatio: '1.25', floor: '1%', resume: false, abort: false, save: false } as const;

describe('the options of a rollout', () => {
  it('are read', () => {
    expect(readSettings(OPTIONS)).toEqual({ steps: [5, 10, 25, 50], within: 1_800_000, limits: { maxRatio: 1.25, floor: 0.01 } });
    expect(readRate('50/s')).toBe(50);
  });

  it.each([
    [{ steps: '10,5' }, 'invalid --steps 10,5: expected rising whole percents from 1 to 99'],
    [{ steps: '100' }, 'invalid --steps 100'],
    [{ within: '5' }, 'invalid --within 5: expected 10s to 24h'],
    [{ maxRatio: '0.5' }, 'invalid --max-ratio 0.5: expected 1 to 10'],
    [{ floor: '1' }, 'invalid --floor 1: expected 0.01% to 50%'],
  ])('are refused with what is expected: %o', (wrong, message) => {
    expect(() => readSettings({ ...OPTIONS, ...wrong })).toThrow(message);
  });

  it.each(['0/s', '51/s', '20', '20/m', 'many'])('refuse the rate %s of probes', (rate) => {
    expect(() => readRate(rate)).toThrow(`invalid --probe ${rate}: expected 1/s to 50/s`);
  });
});

it('a poll of 20 proxies costs at most 50 ms of processor time', async () => {
  expect((await pollCost(20)).cpuMs).toBeLessThan(50);
});
