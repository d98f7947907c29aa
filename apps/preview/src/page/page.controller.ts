import { randomUUID } from 'node:crypto';
import { documentIdSchema, idempotencyKeySchema, newDocumentSchema } from '@mesh-platform/contracts';
import {
  hopOf,
  IDENTITY,
  type IncomingHeaders,
  LOGGER,
  type Logger,
  ProblemException,
  requestFields,
  type ServiceIdentity,
} from '@mesh-platform/service-kit';
import { Body, Controller, Get, Headers, Inject, Param, Post, Query, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { renderMarkdown } from '../markdown/render-markdown.js';
import { type FormView, type HomeView, RELEASE, type Release } from '../release.js';
import { WebClient } from '../web/web-client.js';
import { PageErrorFilter } from './page-error.filter.js';
import { sendPage } from './send-page.js';

const homeQuery = z.object({ cursor: z.string().max(200, 'must have at most 200 characters').optional() });
const formSchema = z.object({ title: z.string(), body: z.string(), key: idempotencyKeySchema });

/** The page; it works without scripts. */
@Controller()
@UseFilters(PageErrorFilter)
export class PageController {
  constructor(
    @Inject(RELEASE) private readonly release: Release,
    @Inject(WebClient) private readonly web: WebClient,
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  async home(
    @Headers() headers: IncomingHeaders,
    @Query({ schema: homeQuery }) { cursor }: z.infer<typeof homeQuery>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { view, status } = await this.homeView(headers, emptyForm(), cursor);
    sendPage(reply, status, this.release.home(view));
  }

  @Post('documents')
  async create(
    @Headers() headers: IncomingHeaders,
    @Body({ schema: formSchema }) form: z.infer<typeof formSchema>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const content = { title: form.title, body: form.body.replaceAll('\r\n', '\n') };
    try {
      const { id } = await this.web.create(headers, form.key, newDocumentOf(content));
      reply.redirect(`/d/${id}`, 303);
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      await this.refuse(headers, { ...form, ...content }, error, reply);
    }
  }

  @Get('d/:id')
  async document(
    @Headers() headers: IncomingHeaders,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { title, body, updatedAt } = await this.web.get(headers, id);
    sendPage(reply, 200, this.release.document({ title, updatedAt, content: renderMarkdown(body) }));
  }

  /** The page again with what the person typed. The key stays, so that sending it again cannot write twice. */
  private async refuse(
    headers: IncomingHeaders,
    form: Omit<FormView, 'errors'>,
    problem: ProblemException,
    reply: FastifyReply,
  ): Promise<void> {
    const status = problem.getStatus();
    if (status >= 500) this.logger.error({ ...requestFields(headers), err: problem }, 'the document was not written');
    const sentBefore = status === 409; // with other content, by this same form: only a new key can write this one
    const key = sentBefore ? randomUUID() : form.key;
    const notice = sentBefore ? 'This form was sent before. Send it again to write another document.' : `Not written: ${problem.message}.`;
    const { view } = await this.homeView(headers, { ...form, key, errors: problem.errors ?? [] });
    reply.headers(problem.headers);
    sendPage(reply, status, this.release.home({ ...view, notice }));
  }

  private async homeView(headers: IncomingHeaders, form: FormView, cursor?: string): Promise<{ view: HomeView; status: number }> {
    const startedAt = performance.now();
    const [page, behind] = await Promise.allSettled([this.web.list(headers, cursor), this.web.hops(headers)]);
    const hops = behind.status === 'fulfilled' ? [hopOf(headers, startedAt, this.identity), ...behind.value] : undefined;
    if (page.status === 'fulfilled') return { view: { form, page: page.value, hops }, status: 200 };
    if (!(page.reason instanceof ProblemException)) throw page.reason;
    const notice = `The documents cannot be shown: ${page.reason.message}.`;
    return { view: { form, page: undefined, hops, notice }, status: page.reason.getStatus() };
  }
}

const emptyForm = (): FormView => ({ title: '', body: '', key: randomUUID(), errors: [] });

function newDocumentOf(content: { title: string; body: string }) {
  const result = newDocumentSchema.safeParse(content);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new ProblemException(400, 'the document is not valid', { errors });
}
