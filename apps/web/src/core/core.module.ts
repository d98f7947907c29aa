import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { WebEnv } from '../env.js';
import { CoreClient, WEB_ENV } from './core-client.js';

@Global()
@Module({})
class CoreModule {}

/** The one channel to core, for every module of web. */
export function coreModule(env: WebEnv): DynamicModule {
  return { module: CoreModule, providers: [{ provide: WEB_ENV, useValue: env }, CoreClient], exports: [CoreClient] };
}
