import { setTimeout as pause } from 'node:timers/promises';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';

export interface WaitOptions {
  /** Milliseconds until it gives up, multiplied with this machine's factor. */
  readonly timeout: number;
  /** Milliseconds between two looks. Only for what offers no watch. */
  readonly every?: number;
}

/** Looks until `look` gives a value; throws with `what` and the last failure when the time is over. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  { timeout, every = 100 }: WaitOptions,
): Promise<T> {
  const limit = timeLimit(timeout);
  const end = performance.now() + limit;
  let cause: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) throw new Error(`${what}: not within ${limit / 1000} s`, { cause });
    await pause(every);
  }
}
