import type { ChannelOptions } from '@grpc/grpc-js';
import { InterceptingCall, type Interceptor, status } from '@grpc/grpc-js';
import type { Tracing } from '@mesh-platform/service-kit';

/** Options of a channel to a callee. */
export const CHANNEL: ChannelOptions = {
  // Retrying is the mesh's work: two layers of retries multiply.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  // A dead connection is found while it is idle, not by the next request.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.keepalive_permit_without_calls': 1,
  // A callee that comes back is used within a second or two; the default waits for up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
};

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
