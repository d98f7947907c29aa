import { ProblemException } from '@mesh-platform/service-kit';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Refuses forms that another site's page sends: browsers say where a request comes from. What says nothing is no browser. */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const site = headers['sec-fetch-site'];
    if (method === 'GET' || method === 'HEAD' || site === undefined || site === 'same-origin' || site === 'none') return true;
    throw new ProblemException(403, 'a form must come from this very page');
  }
}
