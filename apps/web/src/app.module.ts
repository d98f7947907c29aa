import { type DynamicModule, Module } from '@nestjs/common';
import { coreModule } from './core/core-client.js';
import { DocumentsController } from './documents/documents.controller.js';
import type { WebEnv } from './env.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { PathController } from './path/path.controller.js';

@Module({ controllers: [DocumentsController, OpenApiController, PathController] })
class AppModule {}

/** The documents and the path, answered by core, and the description of both. */
export function appModule(env: WebEnv): DynamicModule {
  return { module: AppModule, imports: [coreModule(env)] };
}
