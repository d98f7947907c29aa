import { InterceptingCall, type Interceptor, status } from '@grpc/grpc-js';
import type { Tracing } from '@mesh-platform/service-kit';

/** A span for every call; the callee hears of it, and becomes its child. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ */
export const tracedCalls =
  (tracing: Tracing): Interceptor =>
  (options, nextCall) => {
    const method = options.method_definition.path.slice(1);
    const span = tracing.call(method, { 'rpc.system.name': 'grpc', 'rpc.method': method });
    if (!span) return new InterceptingCall(nextCall(options));
    return new InterceptingCall(nextCall(options), {
      start: (metadata, _listener, next) => {
        for (const [name, value] of Object.entries(span.headers)) metadata.set(name, value);
        next(metadata, {
          onReceiveStatus: (outcome, hand) => {
            const code = status[outcome.code];
            span.end({ attributes: { 'rpc.status_code': code }, failure: outcome.code === status.OK ? undefined : code });
            hand(outcome);
          },
        });
      },
    });
  };
