import { expect, test } from 'vitest';
import { deadlineMs, propagatedHeaders } from './headers.js';

test.each([
  ['600', 600],
  ['9000', 2000],
  [undefined, 2000],
  ['0', 2000],
  ['soon', 2000],
])('where the caller waits "%s" ms and we 2000, the call may take %i', (expected, ms) => {
  expect(deadlineMs({ 'x-envoy-expected-rq-timeout-ms': expected }, 2000)).toBe(ms);
});

test('the request id, the trace and the injected faults are handed on, and nothing else', () => {
  const handedOn = { 'x-request-id': 'r-1', traceparent: '00-a-b-01', tracestate: 'v=1', 'x-fault': 'core=unavailable:0.3' };
  expect(propagatedHeaders({ ...handedOn, cookie: 'c', authorization: 'a', 'x-forwarded-client-cert': 'URI=x' })).toEqual(handedOn);
});

test('a value that gRPC metadata cannot carry is not handed on', () => {
  expect(propagatedHeaders({ 'x-fault': 'é', tracestate: '', traceparent: 'x'.repeat(1025) })).toEqual({});
});
