import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { isOperatorPath } from '../http/operator-paths.js';
import { Faults } from './faults.js';
import { loseAnswer } from './lost-answer.js';

/** Lets injected faults strike HTTP requests; what the platform itself asks is always answered. */
@Injectable()
export class FaultInterceptor implements NestInterceptor {
  constructor(@Inject(Faults) private readonly faults: Faults) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isOperatorPath(request)) return next.handle();
    const afterWork = await this.faults.beforeWork(request.headers);
    if (afterWork) loseAnswer(request, () => this.faults.outage(afterWork, request.headers));
    return next.handle();
  }
}
