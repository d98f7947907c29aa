import { problemOf } from '@mesh-platform/service-kit';
import { expect, test } from 'vitest';
import { QueryError } from './query-error.js';

/** Status and message that the caller gets. */
const answerTo = (error: QueryError) => {
  const { status, detail } = problemOf(error, 'r');
  return { status, detail };
};

const queryError = (code: string | undefined, message = 'secret value') =>
  new QueryError('documents.get', Object.assign(new Error(message), { code }));

test.each([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['08006', '57P01', '57P03', '53300', '28P01', '3D000', '25006'],
])('the connection error %s is a 503', (code) => {
  expect(answerTo(queryError(code))).toEqual({ status: 503, detail: 'the database cannot be reached' });
});

test.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Query read timeout',
])('a driver error without a code, "%s", is a 503', (message) => {
  expect(answerTo(queryError(undefined, message)).status).toBe(503);
});

test('a statement that the server cancelled is a 504', () => {
  expect(answerTo(queryError('57014'))).toEqual({ status: 504, detail: 'the database took too long' });
});

test.each(['40001', '40P01', '55P03'])('a conflict with another change, %s, is a 503 that names the conflict', (code) => {
  expect(answerTo(queryError(code))).toEqual({ status: 503, detail: 'the database let another change go first' });
});

test('any other failed query is a 500 and keeps its details to itself', () => {
  for (const code of ['23514', '23505', '42P01', 'XX000', 'P0001'])
    expect(answerTo(queryError(code))).toEqual({ status: 500, detail: undefined });
});

test('the log gets the name and the code of a failed query, and no word of the server', () => {
  expect(queryError('23514').logged).toEqual({ query: 'documents.get', code: '23514' });
});
