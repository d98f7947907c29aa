import { headerOf, type IncomingHeaders } from './headers.js';

/** Which attempt of the caller's proxy this request is, from 1; 1 where no proxy counts. */
export function attemptsOf(headers: IncomingHeaders): number {
  const count = headerOf(headers, 'x-envoy-attempt-count') ?? '';
  return /^[1-9]\d{0,3}$/.test(count) ? Number(count) : 1;
}
