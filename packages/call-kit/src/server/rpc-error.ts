import { status } from '@grpc/grpc-js';
import {
  InjectedOutage,
  InternalFailure,
  LOGGER,
  type Logger,
  loggedOf,
  MalformedFault,
  ProblemException,
  requestFields,
} from '@mesh-platform/service-kit';
import { type ArgumentsHost, Catch, Inject, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { headersOf } from '../grpc-forms.js';

/** The error that the caller of a method gets. */
export interface RpcStatus {
  readonly code: status;
  readonly details: string;
}

/** An error that the caller may read: a gRPC status and a message. */
export class RpcError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** The status of a mistake of ours; the caller learns no more of it. */
const INTERNAL_ERROR: RpcStatus = { code: status.INTERNAL, details: 'internal error' };

/** Maps a problem with a callee or a database to a gRPC status. */
const PROBLEMS: Readonly<Record<number, status>> = { 503: status.UNAVAILABLE, 504: status.DEADLINE_EXCEEDED };

/** The gRPC status for an error; an unknown error is a plain INTERNAL. */
export function statusOf(error: unknown): RpcStatus {
  if (error instanceof RpcError) return { code: error.code, details: error.message };
  if (error instanceof MalformedFault) return { code: status.INVALID_ARGUMENT, details: error.message };
  if (error instanceof InjectedOutage) return { code: status.UNAVAILABLE, details: error.message };
  if (error instanceof ProblemException) return { code: PROBLEMS[error.getStatus()] ?? status.INTERNAL, details: error.message };
  return error instanceof InternalFailure ? statusOf(error.problem) : INTERNAL_ERROR;
}

/** Every error of every method becomes a gRPC status; the details of an INTERNAL go to the log. */
@Catch()
export class RpcErrorFilter implements RpcExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const answer = statusOf(error);
    if (answer.code === status.INTERNAL) {
      const fields = requestFields(headersOf(host.switchToRpc().getContext()));
      this.logger.error({ ...fields, ...loggedOf(error) }, 'call failed');
    }
    return throwError(() => answer);
  }
}
