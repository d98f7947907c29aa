import { PlatformError } from './platform-error.ts';

const VARIABLE = 'PLATFORM_TIMEOUT_FACTOR';
const LEAST = 0.1;
const MOST = 100;

/** What time limits are multiplied with on this machine: `PLATFORM_TIMEOUT_FACTOR`, 0.1 to 100, by default 1. Throws PlatformError for another value. */
export function timeoutFactor(environment: NodeJS.ProcessEnv = process.env): number {
  const text = environment[VARIABLE]?.trim();
  if (!text) return 1;
  const factor = Number(text);
  if (factor >= LEAST && factor <= MOST) return factor;
  throw new PlatformError(
    `${VARIABLE} is invalid: expected a number from ${LEAST} to ${MOST}`,
    `set it, for example ${VARIABLE}=3, or unset it`,
  );
}

/** Whether the user has set a factor, or this process has taken one over. */
export const hasTimeoutFactor = (): boolean => Boolean(process.env[VARIABLE]?.trim());

/** Takes the factor over for this process and those that it starts, unless the environment has one already. */
export function useTimeoutFactor(factor: number): void {
  if (!hasTimeoutFactor()) process.env[VARIABLE] = String(factor);
}

/** A time limit in milliseconds, multiplied with the factor of this machine. */
export const timeLimit = (milliseconds: number): number => Math.round(milliseconds * timeoutFactor());

/** Aborts after that many milliseconds, multiplied with the factor of this machine. */
export const abortAfter = (milliseconds: number): AbortSignal => AbortSignal.timeout(timeLimit(milliseconds));
