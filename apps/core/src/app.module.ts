import { GrpcModule } from '@mesh-platform/call-kit/server';
import { type DynamicModule, Module } from '@nestjs/common';
import { databaseModule } from './database/database.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import type { CoreEnv } from './env.js';
import { PathModule } from './path/path.module.js';

@Module({})
class AppModule {}

/** The database, the documents and the path. */
export function appModule(env: CoreEnv): DynamicModule {
  return { module: AppModule, imports: [GrpcModule, databaseModule(env), DocumentsModule, PathModule] };
}
