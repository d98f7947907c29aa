import { type Options as Loading, loadSync } from '@grpc/proto-loader';
import { LIMITS } from '@mesh-platform/service-kit';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { withUndecodable } from './decodable.js';
import { readDeadline } from './read-deadline.js';

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
