import { headerOf, type IncomingHeaders } from './headers.js';

/** Milliseconds that a call made for this request may take: `ownMs`, or what the caller's proxy still waits where that is less. */
export function deadlineMs(headers: IncomingHeaders, ownMs: number): number {
  const expected = headerOf(headers, 'x-envoy-expected-rq-timeout-ms') ?? '';
  return /^[1-9]\d{0,8}$/.test(expected) ? Math.min(Number(expected), ownMs) : ownMs;
}
