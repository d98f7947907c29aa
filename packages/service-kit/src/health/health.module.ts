import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** /healthz (alive) and /readyz (can serve). Feature modules register their checks with Readiness. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
