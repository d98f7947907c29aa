import { expect, test } from 'vitest';
import { settingsOf } from './settings.js';

test('draws a seed and gives 20,000 inputs where nothing is set', () => {
  const { runs, seed, path } = settingsOf({});
  expect([runs, path, Number.isInteger(seed)]).toEqual([20_000, undefined, true]);
  expect(new Set(Array.from({ length: 20 }, () => settingsOf({}).seed)).size).toBeGreaterThan(1);
});

test('takes runs, seed and path from the environment', () => {
  expect(settingsOf({ FUZZ_RUNS: '50', FUZZ_SEED: '-7', FUZZ_PATH: '12:0:3' })).toEqual({ runs: 50, seed: -7, path: '12:0:3' });
});

test.each([
  ['FUZZ_RUNS', '0'],
  ['FUZZ_RUNS', '1.5'],
  ['FUZZ_SEED', 'x'],
  ['FUZZ_SEED', '2147483648'],
  ['FUZZ_PATH', '1:'],
])('rejects %s=%s by its name', (name, value) => {
  expect(() => settingsOf({ [name]: value })).toThrow(`invalid ${name}: expected`);
});
