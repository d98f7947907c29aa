import { ConfigurationError } from '../env/load-env.js';

/** Ends a process that could not start: one sentence for a configuration error, the stack too for any other. */
export function exitWith(error: unknown, sentence: string): never {
  process.stderr.write(`${explain(error, sentence)}\n`);
  process.exit(1);
}

/** What exitWith prints. */
export function explain(error: unknown, sentence: string): string {
  if (error instanceof ConfigurationError) return `${sentence}: ${error.message}`;
  return `${sentence}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
