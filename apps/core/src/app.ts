import { grpcServer } from '@mesh-platform/call-kit/server';
import { PROTO_FILES, PROTO_LOADING, PROTO_PACKAGES } from '@mesh-platform/contracts/grpc';
import { createHttpApp } from '@mesh-platform/service-kit';
import type { GrpcOptions } from '@nestjs/microservices';
import { appModule } from './app.module.js';
import type { CoreEnv } from './env.js';

/** Health over HTTP, everything else over gRPC; neither listens yet. */
export async function createApp(env: CoreEnv) {
  const app = await createHttpApp({ service: 'core', module: appModule(env), env });
  app.connectMicroservice<GrpcOptions>(serverOf(env));
  return app;
}

const serverOf = (env: CoreEnv): GrpcOptions =>
  grpcServer({
    port: env.GRPC_PORT,
    packages: PROTO_PACKAGES,
    files: PROTO_FILES,
    loading: PROTO_LOADING,
    maxMessageBytes: 512 * 1024,
  });
