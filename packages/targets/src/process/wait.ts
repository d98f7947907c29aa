import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds until it gives up. */
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
  const end = performance.now() + timeout;
  let cause: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) throw new Error(`${what}: not within ${timeout / 1000} s`, { cause });
    await pause(every);
  }
}
