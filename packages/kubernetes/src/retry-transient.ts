import { setTimeout as pause } from 'node:timers/promises';
import { ApiException } from '@kubernetes/client-node';
import { isTransient } from './api-failure.ts';
import { timeLimit } from './time-limits.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** The API server times out a request after 34 s: a second try always fits. */
const RETRY_MS = 60_000;

/** Milliseconds until the next try: what the API server asks for (Retry-After, in seconds), else twice as long each time. */
export function backOff(error: unknown, retries: number): number {
  const asked = error instanceof ApiException ? Number(error.headers['retry-after']) * 1000 : Number.NaN;
  return Math.min(asked > 0 ? asked : FIRST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS);
}

/** Sends a request that is safe to repeat, and retries it with back-off while the failure is transient, for a minute at most. */
export async function retryTransient<T>(send: () => Promise<T>): Promise<T> {
  const end = performance.now() + timeLimit(RETRY_MS);
  for (let retries = 0; ; retries++) {
    try {
      return await send();
    } catch (error) {
      const next = backOff(error, retries);
      if (!isTransient(error) || performance.now() + next > end) throw error;
      await pause(next);
    }
  }
}
