import { Metrics } from '@mesh-platform/service-kit';
import { Inject, Injectable } from '@nestjs/common';

/** The one measure of calls; every module's interceptor writes to it. */
@Injectable()
export class CallDurations {
  readonly #seconds;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.#seconds = metrics.durations('grpc_server_call_duration_seconds', 'Time to answer a gRPC call', ['method', 'status']);
  }

  observe(labels: { method: string; status: string }, seconds: number): void {
    this.#seconds.observe(labels, seconds);
  }
}
