import { status } from '@grpc/grpc-js';
import { ProblemException } from '@mesh-platform/service-kit';
import { expect, test } from 'vitest';
import { RpcError, statusOf } from './rpc-error.js';

test('an error for the caller keeps its status and its sentence', () => {
  expect(statusOf(new RpcError(status.NOT_FOUND, 'no document has this id'))).toEqual({
    code: status.NOT_FOUND,
    details: 'no document has this id',
  });
});

test.each([
  [503, status.UNAVAILABLE],
  [504, status.DEADLINE_EXCEEDED],
  [502, status.INTERNAL],
])('a callee’s %i is the gRPC status %i to whoever asked, with its sentence', (http, code) => {
  expect(statusOf(new ProblemException(http, 'core says no'))).toEqual({ code, details: 'core says no' });
});

test('any other error is INTERNAL and keeps its details to itself', () => {
  expect(statusOf(new Error('secret value'))).toEqual({ code: status.INTERNAL, details: 'internal error' });
});
