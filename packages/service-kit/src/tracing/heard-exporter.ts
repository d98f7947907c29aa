import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../log/logger.js';

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
