import { expect, it } from 'vitest';
import { hopsOf, versionIn } from './hops.ts';

const replyOf = (servedBy: string, status: number, ...hops: readonly string[]) => ({
  ...{ status, servedBy, requestId: 'r', milliseconds: 1 },
  text:
    status === 200 ? JSON.stringify({ hops: hops.map((hop) => ({ service: hop.split('/')[0], version: hop.split('/')[1] })) }) : 'no JSON',
});

it('only an answer of the path has hops', () => {
  expect(hopsOf(replyOf('alpha/v1', 200, 'alpha/v1', 'beta/v2'))).toHaveLength(2);
  expect(hopsOf(replyOf('alpha/v1', 503))).toEqual([]);
});

it('the first service sets its version in each answer, one behind it in its hop', () => {
  const reply = replyOf('alpha/v1', 200, 'alpha/v1', 'alpha-two/v2');
  expect([versionIn(reply, 'alpha'), versionIn(reply, 'alpha-two'), versionIn(reply, 'beta')]).toEqual(['v1', 'v2', undefined]);
  expect(versionIn(replyOf('alpha/v2', 503), 'alpha')).toBe('v2');
  expect(versionIn(replyOf('alpha-two/v9', 200, 'alpha-two/v9', 'alpha/v1'), 'alpha')).toBe('v1');
  expect(versionIn(replyOf('', 0), 'alpha')).toBeUndefined();
});
