import { calleesModule } from '@mesh-platform/call-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ServiceEnv } from './env.js';
import { HelloController } from './hello/hello.controller.js';
import { PathController } from './path/path.controller.js';

@Module({ controllers: [HelloController, PathController] })
class AppModule {}

/** The greeting, and the path with the callees' part of it. */
export const appModule = (env: ServiceEnv): DynamicModule => ({ module: AppModule, imports: [calleesModule(env)] });
