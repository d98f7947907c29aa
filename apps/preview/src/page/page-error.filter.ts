import { LOGGER, type Logger, ProblemException, problemOf, requestFields } from '@mesh-platform/service-kit';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Html, html } from '../html/html.js';
import { PAGE_VERSION, type PageVersion } from '../page-version.js';
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

interface MessageView {
  status: number;
  title: string;
  detail: string | undefined;
  requestId: string;
}

/** A page that gives the reason of an error. */
const message = ({ status, title, detail, requestId }: MessageView): Html => html`<section class="card narrow message">
<p class="code" aria-hidden="true">${status}</p>
<h1>${title}</h1>
${detail && html`<p>${`${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`}</p>`}
<p class="actions"><a class="button" href="/">To the documents</a></p>
<p class="hint">Request ${requestId}</p>
</section>`;
