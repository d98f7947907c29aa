import { expect, it } from 'vitest';
import { memoryOf } from './machine.ts';

const GIB = 1024 ** 3;

it.each([
  { total: 8, memory: 4 },
  { total: 12, memory: 6 },
  { total: 64, memory: 8 },
])('takes $memory of $total GiB of memory', ({ total, memory }) => {
  expect(memoryOf(total * GIB)).toBe(memory * GIB);
});

it('rejects a host whose memory is too small', () => {
  expect(() => memoryOf(6 * GIB)).toThrow("it needs 4 GiB, and half of this machine's memory is 3.0 GiB");
});
