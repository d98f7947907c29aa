import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { CoreEnv } from '../env.js';
import { CORE_ENV, Database } from './database.js';
import { DatabaseStartup } from './database-startup.js';

@Global()
@Module({})
class DatabaseModule {}

/** The one pool, for every module of core. */
export function databaseModule(env: CoreEnv): DynamicModule {
  return {
    module: DatabaseModule,
    providers: [{ provide: CORE_ENV, useValue: env }, Database, DatabaseStartup],
    exports: [CORE_ENV, Database],
  };
}
