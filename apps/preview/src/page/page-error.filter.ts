import { LOGGER, type Logger, ProblemException, problemOf, requestFields } from '@mesh-platform/service-kit';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_VERSION, type PageVersion } from '../page-version.js';
import { message } from './message.js';
import { sendPage } from './send-page.js';

/** Every error of a page becomes a page; the details of a 5xx go to the log. */
@Catch()
export class PageErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(PAGE_VERSION) private readonly pageVersion: PageVersion,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, title, detail, requestId } = problemOf(error, request.id);
    if (status >= 500) this.logger.error({ ...requestFields(request.headers), err: error }, 'page failed');
    if (error instanceof ProblemException) reply.headers(error.headers);
    sendPage(reply, status, this.pageVersion, { title, main: message({ status, title, detail, requestId }) });
  }
}
