import { fileURLToPath } from 'node:url';
import { GrpcModule } from '@mesh-platform/call-kit/server';
import { databaseModule } from '@mesh-platform/postgres-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { documentsModule } from './documents/documents.module.js';
import type { CoreEnv } from './env.js';
import { PathModule } from './path/path.module.js';

/** The migrations that belong to this version. */
export const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

@Module({})
class AppModule {}

/** The database, the documents and the path. */
export function appModule(env: CoreEnv): DynamicModule {
  return { module: AppModule, imports: [GrpcModule, databaseModule(env, MIGRATIONS), documentsModule(env), PathModule] };
}
