import { status } from '@grpc/grpc-js';
import { statusOf } from '@mesh-platform/call-kit/server';
import { expect, test } from 'vitest';
import { QueryError } from './query-error.js';

const queryError = (code: string | undefined, message = 'secret value') =>
  new QueryError('documents.get', Object.assign(new Error(message), { code }));

test.each([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['08006', '57P01', '57P03', '53300', '28P01', '3D000', '25006'],
])('the connection error %s is UNAVAILABLE', (code) => {
  expect(statusOf(queryError(code)).code).toBe(status.UNAVAILABLE);
});

test.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Query read timeout',
])('a driver error without a code, "%s", is UNAVAILABLE', (message) => {
  expect(statusOf(queryError(undefined, message)).code).toBe(status.UNAVAILABLE);
});

test('a statement that the server cancelled is DEADLINE_EXCEEDED', () => {
  expect(statusOf(queryError('57014')).code).toBe(status.DEADLINE_EXCEEDED);
});

test.each(['40001', '40P01', '55P03'])('a conflict with another change, %s, is UNAVAILABLE, and says so', (code) => {
  expect(statusOf(queryError(code))).toEqual({ code: status.UNAVAILABLE, details: 'the database let another change go first' });
});

test('any other failed query is INTERNAL and keeps its details to itself', () => {
  for (const code of ['23514', '23505', '42P01', 'XX000', 'P0001']) expect(statusOf(queryError(code)).code).toBe(status.INTERNAL);
  expect(statusOf(queryError('23514'))).toEqual({ code: status.INTERNAL, details: 'internal error' });
});

test('the log gets the name and the code of a failed query, and no word of the server', () => {
  expect(queryError('23514').logged).toEqual({ query: 'documents.get', code: '23514' });
});
