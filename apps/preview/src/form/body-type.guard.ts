import { ProblemException } from '@mesh-platform/service-kit';
import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { FORM } from './form-body.js';

const TAKES_FORM = Symbol('TAKES_FORM');

/** Marks a handler that takes an HTML form; every other one takes only JSON. */
export const TakesForm = () => SetMetadata(TAKES_FORM, true);

/** Refuses with 415 a body of another media type than the handler's: a form is what a page of another site can send without asking. */
@Injectable()
export class BodyTypeGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { 'content-type': type } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const taken = this.reflector.get<true | undefined>(TAKES_FORM, context.getHandler()) ? FORM : 'application/json';
    if (type === undefined || type.split(';', 1)[0]?.trim().toLowerCase() === taken) return true;
    throw new ProblemException(415, `the body must be ${taken}`, { headers: { accept: taken } });
  }
}
