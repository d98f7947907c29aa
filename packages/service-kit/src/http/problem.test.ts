import { NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { expect, test } from 'vitest';
import { InternalFailure, loggedOf, ProblemException, problemOf } from './problem.js';

test('an unknown error is a plain 500 that keeps its details to itself', () => {
  expect(problemOf(new Error('password is hunter2'), 'r-1')).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    requestId: 'r-1',
  });
});

test('a problem carries its message and its fields', () => {
  const errors = [{ field: 'title', message: 'must not be empty' }];
  expect(problemOf(new ProblemException(400, 'the document is not valid', { errors }), 'r-1')).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    requestId: 'r-1',
    detail: 'the document is not valid',
    errors,
  });
});

test('an error of the framework below 500 keeps its message, one above does not', () => {
  expect(problemOf(new NotFoundException('no such page'), 'r')).toMatchObject({ status: 404, detail: 'no such page' });
  expect(problemOf(new ServiceUnavailableException('host 10.0.0.1'), 'r')).not.toHaveProperty('detail');
});

test('an upload whose connection closed is the fault of its client, a connection of ours that was reset is not', () => {
  const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  expect(problemOf(aborted, 'r').status).toBe(500);
  expect(problemOf(Object.assign(aborted, { statusCode: 400 }), 'r')).toMatchObject({ status: 400 });
});

test('an internal failure is answered with its problem, and its message is in neither answer nor log', () => {
  class Failure extends InternalFailure {
    readonly logged = { query: 'carts.get' };
    constructor(readonly problem: ProblemException | undefined) {
      super('secret value');
    }
  }
  expect(problemOf(new Failure(new ProblemException(503, 'not now')), 'r')).toMatchObject({ status: 503, detail: 'not now' });
  expect(problemOf(new Failure(undefined), 'r')).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    requestId: 'r',
  });
  expect(loggedOf(new Failure(undefined))).toEqual({ query: 'carts.get' });
  const other = new Error('any other');
  expect(loggedOf(other)).toEqual({ err: other });
});
