import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { isOperatorPath } from '../http/operator-paths.js';
import { type ProblemException, problemOf } from '../http/problem.js';
import { Faults } from './faults.js';

/** The error that a request is answered with once its work has succeeded; work that fails keeps its own error. */
const lost = new WeakMap<FastifyRequest, () => ProblemException>();

/** Decided when the answer leaves: a handler may have sent it itself, where no interceptor sees it. */
export function replaceLostAnswers(fastify: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    const error = reply.statusCode < 400 ? lost.get(request)?.() : undefined;
    if (!error) return payload;
    for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name); // a Location or an ETag would reveal that the work was done
    reply.headers({ ...headers, ...error.headers, 'x-request-id': request.id });
    reply.status(error.getStatus()).type('application/problem+json');
    return Buffer.from(JSON.stringify(problemOf(error, request.id)));
  });
}

/** Lets injected faults strike HTTP requests; what the platform itself asks is always answered. */
@Injectable()
export class FaultInterceptor implements NestInterceptor {
  constructor(@Inject(Faults) private readonly faults: Faults) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isOperatorPath(request)) return next.handle();
    const afterWork = await this.faults.beforeWork(request.headers);
    if (afterWork) lost.set(request, () => this.faults.outage(afterWork, request.headers));
    return next.handle();
  }
}
