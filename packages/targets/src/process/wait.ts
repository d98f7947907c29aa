import { setTimeout as pause } from 'node:timers/promises';
import { timeLimit, timeoutFactor } from '@mesh-platform/kubernetes/time-limits';

export interface WaitOptions {
  /** Milliseconds until it fails, multiplied with this machine's factor. */
  readonly timeout: number;
  /** Milliseconds between two looks, more on a slow machine. Only for what offers no watch. */
  readonly every?: number;
}

const LONGEST_PAUSE_MS = 2_000;

/** Milliseconds between two looks, multiplied with a factor above 1 up to 2 s: on a slow machine each look delays what it waits for. */
export const pauseBetweenLooks = (every: number): number => Math.max(every, Math.min(every * timeoutFactor(), LONGEST_PAUSE_MS));

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
    await pause(pauseBetweenLooks(every));
  }
}
