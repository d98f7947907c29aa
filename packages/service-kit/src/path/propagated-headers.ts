import { headerOf, type IncomingHeaders } from './headers.js';

/** The headers that a service propagates to its callees: request id, trace and injected faults. */
const PROPAGATED = ['x-request-id', 'traceparent', 'tracestate', 'x-fault'];

/** The headers, or the gRPC metadata, of a call made for a request; a value that metadata cannot carry is left out. */
export function propagatedHeaders(headers: IncomingHeaders): Record<string, string> {
  return Object.fromEntries(
    PROPAGATED.flatMap((name) => {
      const value = headerOf(headers, name);
      return value !== undefined && /^[\x20-\x7e]{1,1024}$/.test(value) ? [[name, value]] : [];
    }),
  );
}
