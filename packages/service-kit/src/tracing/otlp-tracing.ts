import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, type Sampler, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { IncomingHeaders } from '../path/headers.js';
import type { ServiceIdentity } from '../path/hop.js';
import type { SpanAttributes, SpanEnd, Tracing, WorkSpan } from './tracing.js';

// Spans wait in a queue and leave in batches: a slow or unavailable collector costs spans, never a request.
export const QUEUE = { maxQueueSize: 2048, maxExportBatchSize: 512, scheduledDelayMillis: 1000, exportTimeoutMillis: 5000 };

/** Milliseconds that a stop waits for the last batch. */
const CLOSE_MS = 2000;

const propagator = new W3CTraceContextPropagator();

/**
 * Spans of OpenTelemetry, sent by an exporter. Begun where the service's own seams are, not by patching modules: loader hooks would have to be there
 * before anything is imported, and each patch follows one library's inside.
 */
export class OtlpTracing implements Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer;
  readonly #running = new AsyncLocalStorage<Context>();

  /** `root` decides on requests whose caller did not decide. */
  constructor(exporter: SpanExporter, { service, version, pod }: ServiceIdentity, root: Sampler) {
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'service.version': version, 'service.instance.id': pod }),
      sampler: new ParentBasedSampler({ root }), // a caller that decided not to sample is obeyed
      spanProcessors: [new BatchSpanProcessor({ exporter, ...QUEUE })],
    });
    this.#tracer = this.#provider.getTracer('@mesh-platform/service-kit');
  }

  arrival(name: string, attributes: SpanAttributes, headers: IncomingHeaders): WorkSpan {
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    return this.begin(name, SpanKind.SERVER, attributes, parent);
  }

  call(name: string, attributes: SpanAttributes): WorkSpan | undefined {
    const parent = this.#running.getStore();
    return parent && this.begin(name, SpanKind.CLIENT, attributes, parent);
  }

  async close(): Promise<void> {
    const bound = new AbortController();
    const tooLate = pause(CLOSE_MS, undefined, { signal: bound.signal }).catch(() => {});
    await Promise.race([this.#provider.shutdown().catch(() => {}), tooLate]);
    bound.abort();
  }

  private begin(name: string, kind: SpanKind, attributes: SpanAttributes, parent: Context): WorkSpan {
    const span = this.#tracer.startSpan(name, { kind, attributes }, parent);
    const within = trace.setSpan(parent, span);
    const headers: Record<string, string> = {};
    propagator.inject(within, headers, defaultTextMapSetter);
    return { headers, run: (work) => this.#running.run(within, work), end: (end) => endSpan(span, end) };
  }
}

function endSpan(span: Span, { attributes = {}, failure }: SpanEnd = {}): void {
  if (!span.isRecording()) return;
  span.setAttributes(attributes);
  if (failure !== undefined) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
