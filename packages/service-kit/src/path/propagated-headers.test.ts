import { expect, test } from 'vitest';
import { propagatedHeaders } from './propagated-headers.js';

test('the request id, the trace and the injected faults are handed on, and nothing else', () => {
  const handedOn = { 'x-request-id': 'r-1', traceparent: '00-a-b-01', tracestate: 'v=1', 'x-fault': 'core=unavailable:0.3' };
  expect(propagatedHeaders({ ...handedOn, cookie: 'c', authorization: 'a', 'x-forwarded-client-cert': 'URI=x' })).toEqual(handedOn);
});

test('a value that gRPC metadata cannot carry is not handed on', () => {
  expect(propagatedHeaders({ 'x-fault': 'é', tracestate: '', traceparent: 'x'.repeat(1025) })).toEqual({});
});
