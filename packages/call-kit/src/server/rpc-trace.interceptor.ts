import { type Metadata, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { TRACING, type Tracing } from '@mesh-platform/service-kit';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { headersOf } from '../grpc-forms.js';
import { statusOf } from './rpc-error.js';

// The rest is what a caller did. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
const FAILURES: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** A span for every call. From here on the call's own metadata names it: logs read it there. */
@Injectable()
export class RpcTraceInterceptor implements NestInterceptor {
  constructor(@Inject(TRACING) private readonly tracing: Tracing) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [, metadata, call] = context.getArgs<[unknown, Metadata, ServerUnaryCall<unknown, unknown>]>();
    const method = call.getPath().slice(1);
    const span = this.tracing.arrival(method, { 'rpc.system.name': 'grpc', 'rpc.method': method }, headersOf(metadata));
    if (!span) return next.handle();
    metadata.remove('tracestate'); // of a trace that the span does not continue, where there is one
    for (const [name, value] of Object.entries(span.headers)) metadata.set(name, value);
    const end = (code: status): void => {
      span.end({ attributes: { 'rpc.status_code': status[code] }, failure: FAILURES.has(code) ? status[code] : undefined });
    };
    return span.run(() => next.handle()).pipe(tap({ next: () => end(status.OK), error: (error) => end(statusOf(error).code) }));
  }
}
