import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { AlwaysOnSampler, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../log/logger.js';
import type { ServiceIdentity } from '../path/hop.js';
import { OtlpTracing, QUEUE } from './otlp-tracing.js';
import type { Tracing } from './tracing.js';

/** Traces each request and sends its spans to a collector, by OTLP over HTTP. */
export function exportedTracing(endpoint: string, identity: ServiceIdentity, logger: Logger): Tracing {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: QUEUE.exportTimeoutMillis });
  return new OtlpTracing(new HeardExporter(exporter, logger), identity, new AlwaysOnSampler());
}

/** An exporter that is heard in the service's log when it begins to fail and when it works again, not for each batch that is lost. */
export class HeardExporter implements SpanExporter {
  #failing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly logger: Logger,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      this.hear(result);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private hear({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed === this.#failing) return;
    this.#failing = failed;
    if (failed) this.logger.warn({ reason: error?.message }, 'traces cannot be exported and are lost');
    else this.logger.info('traces are exported again');
  }
}
