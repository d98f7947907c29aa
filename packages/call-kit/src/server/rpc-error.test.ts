import { status } from '@grpc/grpc-js';
import { InternalFailure, ProblemException } from '@mesh-platform/service-kit';
import { expect, test } from 'vitest';
import { RpcError, statusOf } from './rpc-error.js';

test('an error for the caller keeps its status and its message', () => {
  expect(statusOf(new RpcError(status.NOT_FOUND, 'no document has this id'))).toEqual({
    code: status.NOT_FOUND,
    details: 'no document has this id',
  });
});

test.each([
  [503, status.UNAVAILABLE],
  [504, status.DEADLINE_EXCEEDED],
  [502, status.INTERNAL],
])('a callee’s %i is the gRPC status %i to the caller, with its message', (http, code) => {
  expect(statusOf(new ProblemException(http, 'core refused it'))).toEqual({ code, details: 'core refused it' });
});

test('any other error is INTERNAL and keeps its details to itself', () => {
  expect(statusOf(new Error('secret value'))).toEqual({ code: status.INTERNAL, details: 'internal error' });
});

test('a failure of the service’s own work is what its problem is, and INTERNAL where it is a mistake of ours', () => {
  class Failure extends InternalFailure {
    readonly logged = {};
    constructor(readonly problem: ProblemException | undefined) {
      super('secret value');
    }
  }
  expect(statusOf(new Failure(new ProblemException(503, 'the database cannot be reached')))).toEqual({
    code: status.UNAVAILABLE,
    details: 'the database cannot be reached',
  });
  expect(statusOf(new Failure(undefined))).toEqual({ code: status.INTERNAL, details: 'internal error' });
});
