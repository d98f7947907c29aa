import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { CommonEnv } from '../env/common.env.js';
import type { Logger } from '../log/logger.js';
import type { IncomingHeaders } from '../path/headers.js';
import type { ServiceIdentity } from '../path/hop.js';
import { TraceTap } from './trace-tap.js';

/** Injects the tracing of this process. */
export const TRACING = Symbol('TRACING');

/** Named by the semantic conventions; never the value of a parameter, a query or a body. https://opentelemetry.io/docs/specs/semconv/ */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** How a piece of work ended; `failure` is its `error.type`, undefined where it is no failure of this side. */
export interface SpanEnd {
  attributes?: SpanAttributes;
  failure?: string | undefined;
}

/** A piece of work that is being traced. */
export interface WorkSpan {
  /** `traceparent` and `tracestate`, by which a callee becomes its child. */
  readonly headers: Readonly<Record<string, string>>;
  /** Runs work in it: the calls that the work makes are its children. */
  run<T>(work: () => T): T;
  /** Only the first end counts. */
  end(end?: SpanEnd): void;
}

/** Traces what this process does for a request. */
export interface Tracing {
  /** Begins the span of a request that arrived with these headers. */
  arrival(name: string, attributes: SpanAttributes, headers: IncomingHeaders): WorkSpan | undefined;
  /** Begins the span of a call that the running request makes; undefined outside of one, where it would belong to nothing. */
  call(name: string, attributes: SpanAttributes): WorkSpan | undefined;
  /** Sends what is still to be sent, for as long as a stop can wait. */
  close(): Promise<void>;
}

/** Tracing without an exporter: does nothing. */
export const NOT_TRACED: Tracing = { arrival: () => undefined, call: () => undefined, close: async () => {} };

/**
 * Exports traces to OTEL_EXPORTER_OTLP_ENDPOINT, or lets them be read at TRACE_PORT. Without either variable, and without a reader, no
 * module of OpenTelemetry's SDK is loaded: they double the start time.
 */
export async function startTracing(env: CommonEnv, identity: ServiceIdentity, logger: Logger): Promise<Tracing> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TRACE_PORT: port } = env;
  if (endpoint !== undefined) return (await import('./heard-exporter.js')).exportedTracing(endpoint, identity, logger);
  return port === undefined ? NOT_TRACED : new TraceTap(port, identity, logger);
}

/** Sends the spans of the last requests, once these are answered. */
@Injectable()
export class TracingStop implements OnApplicationShutdown {
  constructor(@Inject(TRACING) private readonly tracing: Tracing) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracing.close();
  }
}
