import { attemptsOf } from '../path/attempts.js';
import { headerOf, type IncomingHeaders } from '../path/headers.js';

/** The fields of every log line about a request: with them you follow a retried request through the services. */
export function requestFields(headers: IncomingHeaders): { requestId?: string; attempt: number; traceId?: string } {
  const requestId = headerOf(headers, 'x-request-id');
  const traceId = traceIdOf(headerOf(headers, 'traceparent'));
  return { ...(requestId && { requestId }), attempt: attemptsOf(headers), ...(traceId && { traceId }) };
}

/** The trace id of a W3C traceparent; undefined where it is absent, malformed or all zeros. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const id = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1];
  return id && /[^0]/.test(id) ? id : undefined;
}
