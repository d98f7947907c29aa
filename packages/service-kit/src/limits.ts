/** Limits of time and size for the requests of clients. HTTP and gRPC servers both use them. */
export const LIMITS = {
  /**
   * Milliseconds from a request's first byte to the end of its headers. A sidecar sends them at once.
   * Node's default is 60 s. https://nodejs.org/api/http.html#serverheaderstimeout
   */
  headersMs: 5_000,
  /**
   * Milliseconds from a request's first byte to the end of its body; in gRPC to the end of a unary call's message. The largest
   * form (784 KiB) needs 630 kbit/s. Node's default is 300 s, Fastify's none. https://nodejs.org/api/http.html#serverrequesttimeout
   */
  requestMs: 10_000,
  /** Milliseconds between two looks at these limits; Node's default is 30 s. */
  checkMs: 1_000,
  /**
   * Milliseconds that an idle connection is kept. Envoy closes one to its upstream after 1 h; were this shorter, a request would meet a
   * closing connection (503 UC). https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts
   */
  keepAliveMs: 3_660_000,
  /** Bytes of a body that are read and dropped before an early answer, so that the answer is not lost to a connection reset. */
  drainBytes: 16 * 1024 * 1024,
  /** Milliseconds that this may take. */
  drainMs: 2_000,
  /** gRPC calls under way on one connection: as many as a caller's proxy has to one callee (`http2MaxRequests` of the DestinationRule). */
  concurrentCalls: 1_000,
  /** Milliseconds between two pings of a gRPC server to a client. */
  pingMs: 30_000,
  /** Milliseconds that a ping may take before its connection is closed: gRPC's default, as a busy proxy may stall for seconds. https://grpc.io/docs/guides/keepalive/ */
  pingTimeoutMs: 20_000,
} as const;
