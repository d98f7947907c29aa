import { expect, test } from 'vitest';
import { Turn } from './dev-session.ts';

test('runs calls that come during work once after it', async () => {
  const turn = new Turn();
  const { promise: first, resolve: endFirst } = Promise.withResolvers<void>();
  const { promise: second, resolve: secondBegins } = Promise.withResolvers<void>();
  const begun: string[] = [];
  turn.take(() => {
    begun.push('first');
    return first;
  });
  await Promise.resolve();
  for (const name of ['second', 'third'])
    turn.take(async () => {
      begun.push(name);
      secondBegins();
    });
  expect(begun).toEqual(['first']);
  endFirst();
  await second;
  await Promise.resolve();
  expect(begun).toEqual(['first', 'second']);
});
