import { Global, Module } from '@nestjs/common';
import { CallDurations } from './call-durations.js';

/** The providers that controllers of gRPC methods inject, for every module of a service. */
@Global()
@Module({ providers: [CallDurations], exports: [CallDurations] })
export class GrpcModule {}
