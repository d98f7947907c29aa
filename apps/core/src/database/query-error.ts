/** A query that failed; the message says which, never with which values. */
export class QueryError extends Error {
  readonly code: string | undefined;

  constructor(
    readonly query: string,
    override readonly cause: unknown,
  ) {
    const code = codeOf(cause);
    super(`query ${query} failed${code ? ` (${code})` : ''}`, { cause });
    this.code = code;
  }

  /** Whether the database could not be reached, or went away. */
  get unreachable(): boolean {
    if (this.code) return /^(E[A-Z_]+|08...|57P0[1-5]|53300)$/.test(this.code);
    return (
      this.cause instanceof Error &&
      /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(this.cause.message)
    );
  }

  /** Whether the server cancelled the statement because of its timeout. */
  get timedOut(): boolean {
    return this.code === '57014';
  }
}

/** The SQLSTATE or the system's error code. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
