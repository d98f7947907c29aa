import { status } from '@grpc/grpc-js';
import { MalformedFault, OrderedOutage } from '@mesh-platform/service-kit';
import { QueryError, type QueryFailure } from '../database/query-error.js';

/** An error that the caller may read: a gRPC status and a sentence. */
export class RpcError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

interface Status {
  code: status;
  details: string;
}

const BUG: Status = { code: status.INTERNAL, details: 'internal error' };

/** What the caller gets for a query that failed. A conflict is UNAVAILABLE: nothing was done, and the same may be tried again. */
const QUERY_FAILURES: Readonly<Record<QueryFailure, Status>> = {
  unavailable: { code: status.UNAVAILABLE, details: 'the database cannot be reached' },
  conflict: { code: status.UNAVAILABLE, details: 'the database let another change go first' },
  late: { code: status.DEADLINE_EXCEEDED, details: 'the database took too long' },
  bug: BUG,
};

/** What the caller gets for an error; what it may not read becomes a plain INTERNAL. */
export function statusOf(error: unknown): Status {
  if (error instanceof RpcError) return { code: error.code, details: error.message };
  if (error instanceof MalformedFault) return { code: status.INVALID_ARGUMENT, details: error.message };
  if (error instanceof OrderedOutage) return { code: status.UNAVAILABLE, details: error.message };
  return error instanceof QueryError ? QUERY_FAILURES[error.failure] : BUG;
}
