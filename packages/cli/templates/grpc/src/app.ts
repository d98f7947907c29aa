import { fileURLToPath } from 'node:url';
import { grpcServer } from '@mesh-platform/call-kit/server';
import { PROTO_LOADING, PROTO_ROOT } from '@mesh-platform/contracts/grpc';
import { createHttpApp } from '@mesh-platform/service-kit';
import type { GrpcOptions } from '@nestjs/microservices';
import { appModule } from './app.module.js';
import type { ServiceEnv } from './env.js';

const OWN_PROTO = fileURLToPath(new URL('../proto', import.meta.url));

/** Health over HTTP, everything else over gRPC; neither listens yet. */
export async function createApp(env: ServiceEnv) {
  const app = await createHttpApp({ service: 'example', module: appModule(env), env });
  app.connectMicroservice<GrpcOptions>(serverOf(env));
  return app;
}

const serverOf = (env: ServiceEnv): GrpcOptions =>
  grpcServer({
    port: env.GRPC_PORT,
    packages: ['example.v1', 'path.v1'],
    files: ['example/v1/example.proto', 'path/v1/path.proto'],
    loading: { ...PROTO_LOADING, includeDirs: [OWN_PROTO, PROTO_ROOT] },
  });
