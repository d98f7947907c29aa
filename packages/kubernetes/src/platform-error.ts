/** A failure that a user can fix: what failed and why, and the hint. Printed without a stack trace. */
export class PlatformError extends Error {
  override readonly name: string = 'PlatformError';
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** The command line names something that does not exist: exit status 2. */
export class UsageError extends PlatformError {
  override readonly name = 'UsageError';
}

/** The user of the kubeconfig does not have the permission. */
export class NotPermittedError extends PlatformError {
  override readonly name = 'NotPermittedError';
}

/** The message of any thrown value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
