import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** One field that a request got wrong. */
export interface FieldError {
  field: string;
  message: string;
}

/** A problem document. https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  requestId: string;
  detail?: string;
  errors?: readonly FieldError[];
}

export interface ProblemOptions {
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An error that its caller may read: status, a message, the fields it is about. */
export class ProblemException extends HttpException {
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, { errors, headers = {}, cause }: ProblemOptions = {}) {
    super(detail, status, { cause });
    this.errors = errors;
    this.headers = headers;
  }
}

/** An error of a service's own work whose message is not for its caller. */
export abstract class InternalFailure extends Error {
  /** The answer to the caller; undefined for a bug, which is a plain 500. */
  abstract readonly problem: ProblemException | undefined;
  /** The fields that may be logged. */
  abstract readonly logged: Readonly<Record<string, unknown>>;
}

/** The answer to the caller for an error; an unknown error is a plain 500. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof InternalFailure) return problemOf(error.problem, requestId);
  if (isAbortedUpload(error)) return problemOf(new ProblemException(400, 'the connection closed before the body was complete'), requestId);
  const readable = error instanceof ProblemException || (error instanceof HttpException && error.getStatus() < 500);
  const status = readable ? error.getStatus() : 500;
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Unknown',
    status,
    requestId,
    ...(readable && { detail: error.message }),
    ...(error instanceof ProblemException && error.errors && { errors: error.errors }),
  };
}

/** Node's error for a body whose connection closed; Fastify marks it as the client's. */
const isAbortedUpload = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && 'statusCode' in error && error.statusCode === 400;

/** The fields of an error that may be logged: all, unless the error lists them itself. */
export const loggedOf = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof InternalFailure ? error.logged : { err: error };

/** Sends a problem document. */
export function answerProblem(problem: Problem, reply: Pick<FastifyReply, 'status'>): void {
  reply
    .status(problem.status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)));
}
