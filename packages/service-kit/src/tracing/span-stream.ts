import type { Writable } from 'node:stream';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { AlwaysOnSampler, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { ServiceIdentity } from '../path/hop.js';
import { OtlpTracing } from './otlp-tracing.js';
import type { Tracing } from './tracing.js';

/** Bytes that may wait for a reader who does not read: further spans are lost to it. */
const MOST_WAITING = 1024 * 1024;

/** Traces that all readers get: of each request that it is given. */
export const streamedTracing = (readers: ReadonlySet<Writable>, identity: ServiceIdentity): Tracing =>
  new OtlpTracing(new SpanStream(readers), identity, new AlwaysOnSampler());

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
