import { fileURLToPath } from 'node:url';
import { calleesModule } from '@mesh-platform/call-kit';
import { databaseModule } from '@mesh-platform/postgres-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ServiceEnv } from './env.js';
import { GreetingsRepository } from './hello/greetings.repository.js';
import { HelloController } from './hello/hello.controller.js';
import { PathController } from './path/path.controller.js';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

@Module({ controllers: [HelloController, PathController], providers: [GreetingsRepository] })
class AppModule {}

/** The greeting with its database, and the path with the callees' part of it. */
export const appModule = (env: ServiceEnv): DynamicModule => ({
  module: AppModule,
  imports: [calleesModule(env), databaseModule(env, MIGRATIONS)],
});
