import { status } from '@grpc/grpc-js';
import { MalformedFault, OrderedOutage } from '@mesh-platform/service-kit';
import { QueryError } from '../database/query-error.js';

/** An error that the caller may read: a gRPC status and a sentence. */
export class RpcError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** What the caller gets for an error; what it may not read becomes a plain INTERNAL. */
export function statusOf(error: unknown): { code: status; details: string } {
  if (error instanceof RpcError) return { code: error.code, details: error.message };
  if (error instanceof MalformedFault) return { code: status.INVALID_ARGUMENT, details: error.message };
  if (error instanceof OrderedOutage) return { code: status.UNAVAILABLE, details: error.message };
  if (error instanceof QueryError && error.unreachable) return { code: status.UNAVAILABLE, details: 'the database cannot be reached' };
  if (error instanceof QueryError && error.timedOut) return { code: status.DEADLINE_EXCEEDED, details: 'the database took too long' };
  return { code: status.INTERNAL, details: 'internal error' };
}
