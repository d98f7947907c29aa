import { expect, test } from 'vitest';
import { Scopes } from './scopes.ts';

test.each([
  [[], [], true],
  [['.'], ['.'], false],
  [['b'], ['.'], true],
  [['*'], ['.'], true],
  [['~'], ['*'], false],
  [['a'], ['c'], false],
])('an object of a that is exported to %j and one of b that is exported to %j are seen together: %s', (ofA, ofB, together) => {
  const a = { namespace: 'a', exportTo: ofA };
  const b = { namespace: 'b', exportTo: ofB };
  for (const [first, second] of [
    [a, b],
    [b, a],
  ] as const) {
    const scopes = new Scopes<typeof a>();
    expect(scopes.add(first)).toBeUndefined();
    expect(scopes.add(second)).toBe(together ? first : undefined);
  }
});
