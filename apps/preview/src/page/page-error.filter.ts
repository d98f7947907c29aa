import { LOGGER, type Logger, ProblemException, problemOf, requestFields } from '@mesh-platform/service-kit';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RELEASE, type Release } from '../release.js';
import { message } from './message.js';
import { sendPage } from './send-page.js';

/** Every error of a page becomes a page; the details of a 5xx go to the log. */
@Catch()
export class PageErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(RELEASE) private readonly release: Release,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, title, detail, requestId } = problemOf(error, request.id);
    if (status >= 500) this.logger.error({ ...requestFields(request.headers), err: error }, 'page failed');
    if (error instanceof ProblemException) reply.headers(error.headers);
    sendPage(reply, status, this.release, { title, main: message({ status, title, detail, requestId }) });
  }
}
