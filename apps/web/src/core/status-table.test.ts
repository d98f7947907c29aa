import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { answerFor } from './status-table.js';

test.each([
  ['INVALID_ARGUMENT', 400],
  ['NOT_FOUND', 404],
  ['ALREADY_EXISTS', 409],
  ['ABORTED', 412],
  ['FAILED_PRECONDITION', 412],
  ['UNAVAILABLE', 503],
  ['RESOURCE_EXHAUSTED', 503],
  ['DEADLINE_EXCEEDED', 504],
  ['PERMISSION_DENIED', 502],
  ['UNAUTHENTICATED', 502],
  ['INTERNAL', 502],
  ['UNIMPLEMENTED', 502],
  ['UNKNOWN', 502],
] as const)('%s is %i', (name, http) => {
  expect(answerFor(status[name], '').http).toBe(http);
});

test.each(['UNAVAILABLE', 'RESOURCE_EXHAUSTED'] as const)('%s sets Retry-After', (name) => {
  expect(answerFor(status[name], '').headers).toEqual({ 'retry-after': '1' });
});

test.each(['UNAVAILABLE', 'INTERNAL', 'PERMISSION_DENIED', 'UNKNOWN'] as const)("the message of %s is ours, not core's", (name) => {
  expect(answerFor(status[name], '').detail).toBeTruthy();
});

test('a reset after the answer began is distinguished from a status of core', () => {
  const { http, detail } = answerFor(status.INTERNAL, 'Received RST_STREAM with code 2 (Internal server error)');
  expect([http, detail]).toEqual([502, "core's answer was cut off: what was asked may have been done"]);
});
