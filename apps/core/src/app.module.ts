import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CallDurations } from './common/call-durations.js';
import { databaseModule } from './database/database.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import type { CoreEnv } from './env.js';
import { PathModule } from './path/path.module.js';

@Global()
@Module({ providers: [CallDurations], exports: [CallDurations] })
class AppModule {}

/** The database, the documents and the path. */
export function appModule(env: CoreEnv): DynamicModule {
  return { module: AppModule, imports: [databaseModule(env), DocumentsModule, PathModule] };
}
