/** Headers as Node.js and gRPC metadata give them: lower-case names. */
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** One header's value; several are joined as HTTP joins them. */
export function headerOf(headers: IncomingHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** Milliseconds that a call made for this request may take: `ownMs`, or what the caller's proxy still waits where that is less. */
export function deadlineMs(headers: IncomingHeaders, ownMs: number): number {
  const expected = headerOf(headers, 'x-envoy-expected-rq-timeout-ms') ?? '';
  return /^[1-9]\d{0,8}$/.test(expected) ? Math.min(Number(expected), ownMs) : ownMs;
}

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
