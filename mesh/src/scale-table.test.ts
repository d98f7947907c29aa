import { expect, test } from 'vitest';
import { growth } from '../test/support/scale-table.ts';

const SIZES = [100, 300, 1_000];

test.each([
  ['that stays the same', () => 60, 0],
  ['that grows as the services do', (services: number) => 3 * services, 1],
  ['that grows as the square of the services', (services: number) => services ** 2 / 7, 2],
])('the growth of a figure %s is its exponent', (_, figureOf, exponent) => {
  expect(growth(SIZES.map((services) => ({ services, value: figureOf(services) })))).toBeCloseTo(exponent, 6);
});

test('one size has no growth', () => {
  expect(growth([{ services: 100, value: 1 }])).toBeNaN();
});
