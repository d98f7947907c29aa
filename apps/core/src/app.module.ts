import { fileURLToPath } from 'node:url';
import { GrpcModule } from '@mesh-platform/call-kit/server';
import { databaseModule } from '@mesh-platform/postgres-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { CURSOR_SETTINGS, Cursors } from './documents/cursor.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsRepository } from './documents/documents.repository.js';
import type { CoreEnv } from './env.js';
import { PathController } from './path/path.controller.js';

/** The migrations that belong to this version. */
export const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

@Module({ controllers: [DocumentsController, PathController], providers: [Cursors, DocumentsRepository] })
class AppModule {}

/** The database, the documents, whose pages have cursors signed with the environment's key, and the path. */
export function appModule(env: CoreEnv): DynamicModule {
  return {
    module: AppModule,
    imports: [GrpcModule, databaseModule(env, MIGRATIONS)],
    providers: [{ provide: CURSOR_SETTINGS, useValue: env }],
  };
}
