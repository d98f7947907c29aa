import { ConfigurationError } from '../env/load-env.js';

/** Ends a process that could not start: one message for a configuration error, the stack too for any other. */
export function exitWith(error: unknown, message: string): never {
  process.stderr.write(`${explain(error, message)}\n`);
  process.exit(1);
}

/** The line that exitWith prints. */
export function explain(error: unknown, message: string): string {
  if (error instanceof ConfigurationError) return `${message}: ${error.message}`;
  return `${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
