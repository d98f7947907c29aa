import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition; a probe that throws counts as not yet. @throws after `timeoutMs`, with the last error as its cause */
export async function until<T>(what: string, probe: () => Promise<T> | T, timeoutMs = 15_000): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  let cause: unknown;
  while (performance.now() < end) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      cause = error;
    }
    await pause(20);
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause });
}
