import { randomUUID } from 'node:crypto';
import { documentIdSchema, MAX_REVISION, type NewDocument } from '@mesh-platform/contracts';
import { type IncomingHeaders, LOGGER, type Logger, ProblemException, requestFields } from '@mesh-platform/service-kit';
import { Body, Controller, Get, Headers, Inject, Param, Post, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { TakesForm } from '../form/body-type.guard.js';
import { html } from '../html/html.js';
import { MarkdownRenderer } from '../markdown/markdown-renderer.js';
import { plainText } from '../markdown/plain-text.js';
import { PAGE_VERSION, type PageVersion } from '../page-version.js';
import { WebClient } from '../web/web-client.js';
import { conflict, merged } from './conflict.js';
import { confirmDeletion, deleted, deleteLink } from './deletion.js';
import { contentOf, storable } from './document-content.js';
import { type EditorView, editor } from './editor.js';
import { PageErrorFilter } from './page-error.filter.js';
import { isolated, noticeOf, problemMessage } from './page-frame.js';
import { sendPage } from './send-page.js';

const revision = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'must be a revision')
  .transform(Number)
  .refine((number) => number <= MAX_REVISION, 'must be a revision');
const changeForm = z.object({ title: z.string(), body: z.string(), revision, choice: z.literal('both').optional() });
const deletionForm = z.object({ revision });

/** One document: read, changed unless another user did so meanwhile, deleted. It works without scripts. */
@Controller('d/:id')
@UseFilters(PageErrorFilter)
export class DocumentController {
  constructor(
    @Inject(PAGE_VERSION) private readonly pageVersion: PageVersion,
    @Inject(WebClient) private readonly web: WebClient,
    @Inject(MarkdownRenderer) private readonly markdown: MarkdownRenderer,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  async document(@Headers() headers: IncomingHeaders, @Param('id', { schema: documentIdSchema }) id: string, @Res() reply: FastifyReply) {
    const { body, ...document } = await this.web.get(headers, id);
    const actions = html`<p class="actions"><a class="button" href="/d/${id}/edit">Edit</a> ${deleteLink(document, 'button danger')}</p>`;
    const rendered = await this.markdown.render(body);
    const content = typeof rendered === 'string' ? plainText(body, rendered) : rendered;
    const main = this.pageVersion.document({ document, content, actions });
    sendPage(reply, 200, this.pageVersion, { title: document.title, main });
  }

  @Get('edit')
  async edit(@Headers() headers: IncomingHeaders, @Param('id', { schema: documentIdSchema }) id: string, @Res() reply: FastifyReply) {
    const { title, body, revision } = await this.web.get(headers, id);
    this.sendEditor(reply, 200, { title, body, errors: [], target: { kind: 'change', id, revision } });
  }

  @Post()
  @TakesForm()
  async change(
    @Headers() headers: IncomingHeaders,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Body({ schema: changeForm }) { revision, choice, ...form }: z.infer<typeof changeForm>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const mine = contentOf(form);
    if (choice === 'both') return this.mergeByHand(headers, id, mine, reply);
    try {
      await this.web.update(headers, { id, revision }, storable(mine));
      reply.redirect(`/d/${id}`, 303);
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      if (error.getStatus() === 412) await this.showConflict(headers, id, mine, reply);
      else this.refuse(headers, { ...mine, errors: error.errors ?? [], target: { kind: 'change', id, revision } }, error, reply);
    }
  }

  @Get('delete')
  async confirm(@Headers() headers: IncomingHeaders, @Param('id', { schema: documentIdSchema }) id: string, @Res() reply: FastifyReply) {
    const document = await this.web.get(headers, id);
    sendPage(reply, 200, this.pageVersion, { title: `Delete ${isolated(document.title)}?`, main: confirmDeletion(document) });
  }

  @Post('delete')
  @TakesForm()
  async delete(
    @Headers() headers: IncomingHeaders,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Body({ schema: deletionForm }) { revision }: z.infer<typeof deletionForm>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const document = await this.web.get(headers, id); // the page must still show it after the deletion
    await this.web.delete(headers, { id, revision });
    sendPage(reply, 200, this.pageVersion, { title: `${isolated(document.title)} is deleted`, main: deleted(document, randomUUID()) });
  }

  /** A user whose text equals the saved one has no conflict to resolve: their own answer was lost, or another user wrote the same. */
  private async showConflict(headers: IncomingHeaders, id: string, mine: NewDocument, reply: FastifyReply): Promise<void> {
    const theirs = await this.web.get(headers, id);
    if (theirs.title === mine.title && theirs.body === mine.body) reply.redirect(`/d/${id}`, 303);
    else sendPage(reply, 412, this.pageVersion, { title: `Conflict: ${isolated(mine.title)}`, main: conflict({ theirs, mine }) });
  }

  private async mergeByHand(headers: IncomingHeaders, id: string, mine: NewDocument, reply: FastifyReply): Promise<void> {
    const theirs = await this.web.get(headers, id);
    const target = { kind: 'change', id, revision: theirs.revision } as const;
    const notice = 'Both texts are in the form, theirs first wherever they differ. Remove what should not stay, then save.';
    this.sendEditor(reply, 200, { ...merged({ theirs, mine }), errors: [], target }, notice);
  }

  private refuse(headers: IncomingHeaders, form: EditorView, problem: ProblemException, reply: FastifyReply): void {
    const status = problem.getStatus();
    if (status >= 500) this.logger.error({ ...requestFields(headers), err: problem }, 'the document was not changed');
    reply.headers(problem.headers);
    this.sendEditor(reply, status, form, problemMessage('Not saved', problem.message, problem.headers['retry-after']));
  }

  private sendEditor(reply: FastifyReply, status: number, form: EditorView, notice?: string): void {
    const { title, target } = form;
    const back = html`<a class="button" href="${target.kind === 'change' ? `/d/${target.id}` : '/'}" data-discard>Leave it as it was</a>`;
    const main = html`${noticeOf(notice)}<section aria-labelledby="edit-heading"><h1 id="edit-heading">Edit a document</h1>${editor(form, { save: 'Save', others: back })}</section>`;
    sendPage(reply, status, this.pageVersion, { title: `Edit ${isolated(title)}`, main });
  }
}
