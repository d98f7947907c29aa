import { timeLimit } from '@mesh-platform/kubernetes';
import { beforeEach, expect, it, vi } from 'vitest';
import { factorFor, fitTimeLimits } from './machine-speed.ts';

const printed: string[] = [];
const progress = { print: (line: string) => void printed.push(line) };
beforeEach(() => {
  printed.length = 0;
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '');
});

it.each([
  { milliseconds: 4, factor: 1, machine: 'a fast one' },
  { milliseconds: 11, factor: 1, machine: 'a busy one' },
  { milliseconds: 23.9, factor: 1, machine: 'one that is less than three times slower' },
  { milliseconds: 24, factor: 5, machine: 'one that is three times slower' },
  { milliseconds: 60, factor: 15, machine: 'emulation' },
  { milliseconds: 6_000, factor: 100, machine: 'one beyond every limit' },
])('gives $machine, whose processor takes $milliseconds ms, the factor $factor', ({ milliseconds, factor }) => {
  expect(factorFor(milliseconds)).toBe(factor);
});

it('multiplies the time limits of a slow machine, and prints by how much', () => {
  fitTimeLimits(progress, () => 60);
  expect(timeLimit(1_000)).toBe(15_000);
  expect(printed).toEqual(['this machine is slow: its time limits are multiplied by 15 (PLATFORM_TIMEOUT_FACTOR sets another factor)']);
});

it('leaves the time limits of a usual machine, and prints nothing', () => {
  fitTimeLimits(progress, () => 7);
  expect(timeLimit(1_000)).toBe(1_000);
  expect(printed).toEqual([]);
});

it('measures nothing where the factor is set', () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '2');
  const measure = vi.fn(() => 6_000);
  fitTimeLimits(progress, measure);
  expect(measure).not.toHaveBeenCalled();
  expect(timeLimit(1_000)).toBe(2_000);
});
