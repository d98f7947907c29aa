import { type ServerUnaryCall, status } from '@grpc/grpc-js';
import { Metrics } from '@mesh-platform/service-kit';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { statusOf } from './rpc-error.js';

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

/** Measures every call by its method and its status. */
@Injectable()
export class RpcMetricsInterceptor implements NestInterceptor {
  constructor(@Inject(CallDurations) private readonly durations: CallDurations) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const startedAt = performance.now();
    const call = context.getArgByIndex<ServerUnaryCall<unknown, unknown>>(2);
    const measure = (code: status): void => {
      this.durations.observe({ method: call.getPath().slice(1), status: status[code] }, (performance.now() - startedAt) / 1000);
    };
    return next.handle().pipe(tap({ next: () => measure(status.OK), error: (error) => measure(statusOf(error).code) }));
  }
}
