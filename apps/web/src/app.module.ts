import { type DynamicModule, Module } from '@nestjs/common';
import { coreModule } from './core/core.module.js';
import { DocumentsController } from './documents/documents.controller.js';
import type { WebEnv } from './env.js';
import { PathController } from './path/path.controller.js';

@Module({ controllers: [DocumentsController, PathController] })
class AppModule {}

/** The documents and the path, answered by core. */
export function appModule(env: WebEnv): DynamicModule {
  return { module: AppModule, imports: [coreModule(env)] };
}
