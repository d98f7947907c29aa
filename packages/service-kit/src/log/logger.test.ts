import { expect, test } from 'vitest';
import { requestFields, traceIdOf } from './logger.js';

test('the fields of a request are its id, its attempt and its trace', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(requestFields({ 'x-request-id': 'r-1', 'x-envoy-attempt-count': '2', traceparent })).toEqual({
    requestId: 'r-1',
    attempt: 2,
    traceId: '0af7651916cd43dd8448eb211c80319c',
  });
  expect(requestFields({})).toEqual({ attempt: 1 });
});

test.each([undefined, '', 'garbage', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
  'the traceparent "%s" names no trace',
  (value) => {
    expect(traceIdOf(value)).toBeUndefined();
  },
);
