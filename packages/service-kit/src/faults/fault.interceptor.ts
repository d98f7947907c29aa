import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { HealthController } from '../health/health.controller.js';
import { Faults } from './faults.js';
import { loseAnswer } from './lost-answer.js';

/** Lets ordered faults strike HTTP requests; a service that is asked for its health always says the truth. */
@Injectable()
export class FaultInterceptor implements NestInterceptor {
  constructor(@Inject(Faults) private readonly faults: Faults) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http' || context.getClass() === HealthController) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const afterWork = await this.faults.beforeWork(request.headers);
    if (afterWork) loseAnswer(request, () => this.faults.outage(afterWork, request.headers));
    return next.handle();
  }
}
