import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { FaultInterceptor } from './faults/fault.interceptor.js';
import { Faults } from './faults/faults.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ValidationPipe } from './http/validation.pipe.js';
import { LOGGER, type Logger } from './log/logger.js';
import { Metrics, MetricsController } from './metrics/metrics.js';
import { IDENTITY, type ServiceIdentity } from './path/hop.js';
import { TRACING, type Tracing, TracingStop } from './tracing/tracing.js';

export interface ServiceParts {
  identity: ServiceIdentity;
  logger: Logger;
  readiness: Readiness;
  metrics: Metrics;
  faults: Faults;
  tracing: Tracing;
}

@Global()
@Module({})
class ServiceModule {}

/** A service's root: its own module, and what every service's modules may inject, the health, the metrics, the traces, the filter, the pipe and the faults. */
export function serviceModule(
  module: DynamicModule | Type,
  { identity, logger, readiness, metrics, faults, tracing }: ServiceParts,
): DynamicModule {
  return {
    module: ServiceModule,
    imports: [module],
    controllers: [HealthController, MetricsController],
    providers: [
      { provide: Metrics, useValue: metrics },
      { provide: IDENTITY, useValue: identity },
      { provide: LOGGER, useValue: logger },
      { provide: Readiness, useValue: readiness },
      { provide: Faults, useValue: faults },
      { provide: TRACING, useValue: tracing },
      TracingStop,
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_PIPE, useClass: ValidationPipe },
      { provide: APP_INTERCEPTOR, useClass: FaultInterceptor },
    ],
    exports: [IDENTITY, LOGGER, Readiness, Metrics, Faults, TRACING],
  };
}
