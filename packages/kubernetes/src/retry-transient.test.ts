import { ApiException } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backOff, retryTransient } from './retry-transient.ts';

const answer = (code: number, message: string, headers = {}) => new ApiException(code, '', JSON.stringify({ message }), headers);
const broken = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A request that fails with each of the errors and then succeeds. */
function request(...errors: readonly Error[]) {
  const left = [...errors];
  return vi.fn(async () => {
    const error = left.shift();
    if (error) throw error;
    return 'applied';
  });
}

test.each([
  ['504', answer(504, 'Timeout: request did not complete within requested timeout - context deadline exceeded')],
  ['429', answer(429, 'too many requests')],
  ['500 of a slow etcd', answer(500, 'etcdserver: request timed out')],
  ['500 of etcd without a leader', answer(500, 'rpc error: etcdserver: leader changed')],
  ['500 of a slow webhook', answer(500, 'failed calling webhook "validation.istio.io": Post "https://istiod": context deadline exceeded')],
  ['a connection that broke', broken('ECONNRESET')],
])('retries %s', async (_what, error) => {
  const send = request(error);
  expect(await retryTransient(send)).toBe('applied');
  expect(send).toHaveBeenCalledTimes(2);
});

test.each([
  ['an object that is wrong', answer(422, 'spec.host: Required value')],
  ['a missing right', answer(403, 'cannot patch')],
  ['a conflict', answer(409, 'conflict')],
  ['a webhook that refuses', answer(500, 'failed calling webhook "x": connection refused')],
  ['a server that does not run', broken('ECONNREFUSED')],
])('does not retry %s', async (_what, error) => {
  const send = request(error);
  await expect(retryTransient(send)).rejects.toBe(error);
  expect(send).toHaveBeenCalledTimes(1);
});

test('fails with the last answer after a minute', async () => {
  const late = answer(504, 'Timeout');
  const send = vi.fn(async () => {
    vi.advanceTimersByTime(34_000); // what the API server takes to answer 504
    throw late;
  });
  await expect(retryTransient(send)).rejects.toBe(late);
  expect(send).toHaveBeenCalledTimes(2);
});

test('waits as long as the API server asks for, else longer each time, and five seconds at most', () => {
  expect(backOff(answer(429, '', { 'retry-after': '3' }), 0)).toBe(3_000);
  expect(backOff(answer(429, '', { 'retry-after': '60' }), 0)).toBe(5_000);
  expect([0, 1, 2, 9].map((retries) => backOff(answer(504, ''), retries))).toEqual([250, 500, 1_000, 5_000]);
});
