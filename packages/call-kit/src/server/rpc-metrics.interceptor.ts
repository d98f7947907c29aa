import { type ServerUnaryCall, status } from '@grpc/grpc-js';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { CallDurations } from './call-durations.js';
import { statusOf } from './rpc-error.js';

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
