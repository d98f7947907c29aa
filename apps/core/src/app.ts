import { PROTO_FILES, PROTO_LOADING, PROTO_PACKAGES } from '@mesh-platform/contracts/grpc';
import { createHttpApp } from '@mesh-platform/service-kit';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { appModule } from './app.module.js';
import type { CoreEnv } from './env.js';

/** Health over HTTP, everything else over gRPC; neither listens yet. */
export async function createApp(env: CoreEnv) {
  const app = await createHttpApp({ service: 'core', module: appModule(env), env });
  app.connectMicroservice<GrpcOptions>(grpcServer(env));
  return app;
}

const grpcServer = (env: CoreEnv): GrpcOptions => ({
  transport: Transport.GRPC,
  options: {
    url: `0.0.0.0:${env.GRPC_PORT}`,
    package: PROTO_PACKAGES,
    protoPath: PROTO_FILES,
    loader: PROTO_LOADING,
    gracefulShutdown: true, // calls in flight finish before the pool closes
    maxReceiveMessageLength: 512 * 1024,
  },
});
