import { InternalFailure, ProblemException } from '@mesh-platform/service-kit';

/**
 * Why a query failed: the database cannot be reached or serves no client now, it took too long, it undid the query in favour
 * of another one, or the query is wrong.
 */
export type QueryFailure = 'unavailable' | 'late' | 'conflict' | 'bug';

// https://www.postgresql.org/docs/current/errcodes-appendix.html; what is no SQLSTATE is a system's or TLS's code. None begins with E.
const SQLSTATE = /^[0-9A-DF-Z][0-9A-Z]{4}$/;
// Connections that break or are refused, a wrong password or database, too many clients, a server that stops, a standby after a failover.
const UNAVAILABLE = /^(08...|28...|3D000|53300|57P0[1-5]|25006)$/;
const CANCELLED = '57014';
// A failed serialization, a deadlock, a lock that is not to be had.
const CONFLICT = /^(40001|40P01|55P03)$/;
const UNANSWERED = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/;

const RETRY = { headers: { 'retry-after': '1' } } as const;

/** The answer to the caller for a failed query. After a conflict nothing was done, and the caller may retry. */
const PROBLEMS: Readonly<Record<QueryFailure, ProblemException | undefined>> = {
  unavailable: new ProblemException(503, 'the database cannot be reached', RETRY),
  conflict: new ProblemException(503, 'the database let another change go first', RETRY),
  late: new ProblemException(504, 'the database took too long'),
  bug: undefined,
};

/** A query that failed; the message contains its name, never its values. */
export class QueryError extends InternalFailure {
  readonly code: string | undefined;
  readonly failure: QueryFailure;

  constructor(
    readonly query: string,
    override readonly cause: unknown,
  ) {
    const code = codeOf(cause);
    super(`query ${query} failed${code ? ` (${code})` : ''}`, { cause });
    this.code = code;
    this.failure = failureOf(code, cause);
  }

  override get problem(): ProblemException | undefined {
    return PROBLEMS[this.failure];
  }

  /** The server's own message may quote a value, so only the query's name and the code are logged. */
  override get logged(): Readonly<Record<string, unknown>> {
    return { query: this.query, code: this.code };
  }
}

function failureOf(code: string | undefined, cause: unknown): QueryFailure {
  if (code === undefined) return cause instanceof Error && UNANSWERED.test(cause.message) ? 'unavailable' : 'bug';
  if (!SQLSTATE.test(code) || UNAVAILABLE.test(code)) return 'unavailable';
  if (code === CANCELLED) return 'late';
  return CONFLICT.test(code) ? 'conflict' : 'bug';
}

/** The SQLSTATE or the system's error code. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
