import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { DatabaseEnv } from './database.env.js';
import { DATABASE_ENV, Database } from './database.js';
import { DatabaseStartup, MIGRATIONS } from './database-startup.js';

@Global()
@Module({})
class DatabaseModule {}

/** The one pool, for every module of a service, and the folder of the migrations that its version brings. */
export function databaseModule(env: DatabaseEnv, migrations: string): DynamicModule {
  return {
    module: DatabaseModule,
    providers: [{ provide: DATABASE_ENV, useValue: env }, { provide: MIGRATIONS, useValue: migrations }, Database, DatabaseStartup],
    exports: [Database],
  };
}
