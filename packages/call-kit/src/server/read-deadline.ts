import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { LIMITS } from '@mesh-platform/service-kit';

/** Ends a unary call with DEADLINE_EXCEEDED when its message does not arrive in time; a caller's own deadline may be absent. Streams have no limit. */
export const readDeadline: ServerInterceptor = ({ requestStream }, call) => {
  if (requestStream) return new ServerInterceptingCall(call);
  const late = { code: status.DEADLINE_EXCEEDED, details: 'the request did not arrive in time' };
  const timer = setTimeout(() => call.sendStatus(late), LIMITS.requestMs);
  return new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveHalfClose: (pass) => {
          clearTimeout(timer);
          pass();
        },
        onCancel: () => clearTimeout(timer),
      }),
  });
};
