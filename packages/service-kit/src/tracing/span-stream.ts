import type { Writable } from 'node:stream';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { type ReadableSpan, type Sampler, SamplingDecision, type SamplingResult, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { ServiceIdentity } from '../path/hop.js';
import { OtlpTracing } from './otlp-tracing.js';
import type { Tracing } from './tracing.js';

/** Traces that a service begins in a second. A caller that sends a sampled `traceparent` has its request traced in any case. */
const TRACES_PER_SECOND = 10;
/** Bytes that may wait for a reader who does not read: further spans are lost to it. */
const MOST_WAITING = 1024 * 1024;

/** Traces that all readers get. */
export const streamedTracing = (readers: ReadonlySet<Writable>, identity: ServiceIdentity): Tracing =>
  new OtlpTracing(new SpanStream(readers), identity, new RateSampler());

/** Writes each batch as one line of JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
class SpanStream implements SpanExporter {
  constructor(private readonly readers: ReadonlySet<Writable>) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const body = this.readers.size > 0 ? JsonTraceSerializer.serializeRequest(spans) : undefined;
    if (body) for (const reader of this.readers) if (reader.writableLength < MOST_WAITING) reader.write(Buffer.concat([body, NEWLINE]));
    done({ code: ExportResultCode.SUCCESS });
  }

  async shutdown(): Promise<void> {}
}
const NEWLINE = Buffer.from('\n');

/** Samples the first requests of each second, so that a load costs no more than a trickle. */
class RateSampler implements Sampler {
  #second = 0;
  #sampled = 0;

  shouldSample(): SamplingResult {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#sampled = 0;
    }
    return { decision: this.#sampled++ < TRACES_PER_SECOND ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }
}
