import { randomUUID } from 'node:crypto';
import { idempotencyKeySchema, MAX_CURSOR_CHARACTERS } from '@mesh-platform/contracts';
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
import { Body, Controller, Get, Headers, Inject, Post, Query, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { PreviewEnv } from '../env.js';
import { TakesForm } from '../form/body-type.guard.js';
import { PAGE_VERSION, type PageVersion } from '../page-version.js';
import { PREVIEW_ENV, WebClient } from '../web/web-client.js';
import { contentOf, storable } from './document-content.js';
import { documentList } from './document-list.js';
import { type EditorView, editor } from './editor.js';
import { PageErrorFilter } from './page-error.filter.js';
import { noticeOf, problemMessage } from './page-frame.js';
import { FAULTS, type PathView, requestPath } from './request-path.js';
import { sendPage } from './send-page.js';
import { endOfVisit, visitOf } from './version-cookie.js';

const homeQuery = z.object({
  cursor: z.string().max(MAX_CURSOR_CHARACTERS, `must have at most ${MAX_CURSOR_CHARACTERS} characters`).optional(),
  fault: z
    .string()
    .refine((fault) => Object.hasOwn(FAULTS, fault), 'must be one that the page offers')
    .default(''),
  version: z
    .string()
    .regex(/^(v\d{1,4}|any)$/, 'must look like v1, or be any')
    .optional(),
});
type HomeQuery = z.infer<typeof homeQuery>;
const formSchema = z.object({ title: z.string(), body: z.string(), key: idempotencyKeySchema });

/** The first page: write, the documents, the path of a request. It works without scripts. */
@Controller()
@UseFilters(PageErrorFilter)
export class HomeController {
  constructor(
    @Inject(PAGE_VERSION) private readonly pageVersion: PageVersion,
    @Inject(WebClient) private readonly web: WebClient,
    @Inject(PREVIEW_ENV) private readonly env: PreviewEnv,
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  async home(@Headers() headers: IncomingHeaders, @Query({ schema: homeQuery }) query: HomeQuery, @Res() reply: FastifyReply) {
    if (query.version) return this.changeVersion(query.version, reply);
    await this.send(reply, headers, { form: emptyForm(), query });
  }

  @Post('documents')
  @TakesForm()
  async create(
    @Headers() headers: IncomingHeaders,
    @Body({ schema: formSchema }) form: z.infer<typeof formSchema>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const content = contentOf(form);
    try {
      const { id } = await this.web.create(headers, form.key, storable(content));
      reply.redirect(`/d/${id}`, 303);
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      await this.refuse(headers, { ...content, key: form.key }, error, reply);
    }
  }

  /** The mesh routes a request that names a version to it, and the cookie of this answer keeps the visit there. */
  private changeVersion(wanted: string, reply: FastifyReply): void {
    const cookie = wanted === 'any' ? endOfVisit : visitOf(this.pageVersion.version, reply.request.headers.cookie);
    if (cookie) reply.header('set-cookie', cookie);
    reply.header('cache-control', 'no-store').redirect('/', 303);
  }

  /** The page again with what the person typed. The key stays, so that sending it again cannot write twice. */
  private async refuse(
    headers: IncomingHeaders,
    { key, ...content }: { title: string; body: string; key: string },
    problem: ProblemException,
    reply: FastifyReply,
  ): Promise<void> {
    const status = problem.getStatus();
    if (status >= 500) this.logger.error({ ...requestFields(headers), err: problem }, 'the document was not written');
    const sentBefore = status === 409; // with other content, by this same form: only a new key can write this one
    const target = { kind: 'new', key: sentBefore ? randomUUID() : key } as const;
    const notice = sentBefore
      ? 'This form was sent before. Save it again to write another document.'
      : problemMessage('Not saved', problem.message, problem.headers['retry-after']);
    reply.headers(problem.headers);
    await this.send(reply, headers, { form: { ...content, errors: problem.errors ?? [], target }, notice, status });
  }

  private async send(
    reply: FastifyReply,
    headers: IncomingHeaders,
    { form, query = { fault: '' }, notice, status = 200 }: { form: EditorView; query?: HomeQuery; notice?: string; status?: number },
  ): Promise<void> {
    const [page, path] = await Promise.all([this.list(headers, query.cursor), this.path(headers, query.fault)]);
    const main = this.pageVersion.home({
      notice: noticeOf(notice ?? page.notice),
      editor: editor(form),
      documents: documentList({ page: page.documents, older: query.cursor !== undefined }),
      path: requestPath(path),
    });
    sendPage(reply, Math.max(status, page.status), this.pageVersion, { title: 'Documents', main });
  }

  private async list(headers: IncomingHeaders, cursor: string | undefined) {
    try {
      return { documents: await this.web.list(headers, cursor), status: 200, notice: undefined };
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      const notice = problemMessage('The documents cannot be shown', error.message, error.headers['retry-after']);
      return { documents: undefined, status: error.getStatus(), notice };
    }
  }

  private async path(headers: IncomingHeaders, injected: string): Promise<PathView> {
    const startedAt = performance.now();
    const faultInjection = this.env.FAULTS === 'on';
    const fault = faultInjection ? injected : '';
    const outcome = () => ({ fault, faultInjection, ms: Math.round((performance.now() - startedAt) * 10) / 10 });
    try {
      const behind = await this.web.hops(fault ? { ...headers, 'x-fault': fault } : headers);
      return { hops: [hopOf(headers, startedAt, this.identity), ...behind], status: 200, ...outcome() };
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      return { hops: undefined, status: error.getStatus(), detail: error.message, ...outcome() };
    }
  }
}

const emptyForm = (): EditorView => ({ title: '', body: '', errors: [], target: { kind: 'new', key: randomUUID() } });
