import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CALLEES_ENV, Callees, type CalleesSettings } from './callees.js';

@Global()
@Module({})
class CalleesModule {}

/** The callees, for every module of a service. */
export const calleesModule = (settings: CalleesSettings): DynamicModule => ({
  module: CalleesModule,
  providers: [{ provide: CALLEES_ENV, useValue: settings }, Callees],
  exports: [Callees],
});
