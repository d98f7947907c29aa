import { expect, it } from 'vitest';
import { failuresOf, reported } from './report.ts';

const summary = {
  metrics: {
    failed: { values: { count: 3 }, thresholds: { 'count==0': { ok: false } } },
    answered: { values: { count: 10, rate: 1.2345 }, thresholds: { 'count>=10': { ok: true } } },
    '<b>': { values: { count: 1 } },
  },
};

it('names each crossed threshold with its measurement', () => {
  expect(failuresOf(summary)).toEqual(['failed: threshold count==0 is crossed (count 3)']);
});

it('is one page that asks for nothing elsewhere and takes no name for markup', () => {
  const { 'out/weights.html': page = '', stdout = '' } = reported('weights', summary, ['v2 answered nothing'], 'out');
  expect(page).toContain('✗ v2 answered nothing');
  expect(page).toContain('&#60;b&#62;');
  expect(page).not.toMatch(/https?:|src=|href=|<b>/);
  expect(stdout).toContain('✗ weights: 1 thresholds passed');
  expect(stdout).toContain('rate 1.23');
});
