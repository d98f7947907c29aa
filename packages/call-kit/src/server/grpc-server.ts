import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { type Options as Loading, loadSync } from '@grpc/proto-loader';
import { LIMITS } from '@mesh-platform/service-kit';
import { Global, Module } from '@nestjs/common';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { withUndecodable } from './decodable.js';
import { CallDurations } from './rpc-metrics.interceptor.js';

/** The gRPC methods of a service, and their address. */
export interface GrpcContract {
  readonly port: number;
  readonly packages: readonly string[];
  /** Proto files, relative to the folders that `loading` includes. */
  readonly files: readonly string[];
  readonly loading: Loading;
  /** Bytes of one message. */
  readonly maxMessageBytes?: number;
}

/** The gRPC side of an application, for `connectMicroservice`; it does not listen yet. */
export const grpcServer = ({ port, packages, files, loading, maxMessageBytes = 64 * 1024 }: GrpcContract): GrpcOptions => ({
  transport: Transport.GRPC,
  options: {
    url: `0.0.0.0:${port}`,
    package: [...packages],
    packageDefinition: withUndecodable(loadSync([...files], loading)),
    gracefulShutdown: true, // calls in flight finish before the service closes what they use
    maxReceiveMessageLength: maxMessageBytes,
    channelOptions: { 'grpc.max_concurrent_streams': LIMITS.concurrentCalls, interceptors: [readDeadline] },
    keepalive: { keepaliveTimeMs: LIMITS.pingMs, keepaliveTimeoutMs: LIMITS.pingTimeoutMs },
  },
});

/** Ends a unary call with DEADLINE_EXCEEDED when its message does not arrive in time; a caller's own deadline may be absent. Streams have no limit. */
const readDeadline: ServerInterceptor = ({ requestStream }, call) => {
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

/** The providers that controllers of gRPC methods inject, for every module of a service. */
@Global()
@Module({ providers: [CallDurations], exports: [CallDurations] })
export class GrpcModule {}
