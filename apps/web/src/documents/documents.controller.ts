import {
  type Document,
  type DocumentListQuery,
  type DocumentPage,
  type DocumentSummary,
  documentIdSchema,
  documentListQuerySchema,
  idempotencyKeySchema,
  type NewDocument,
  newDocumentSchema,
} from '@mesh-platform/contracts';
import {
  type DeleteDocumentResponse,
  type DocumentMessage,
  type DocumentSummaryMessage,
  isoOf,
  type ListDocumentsResponse,
} from '@mesh-platform/contracts/grpc';
import { type IncomingHeaders, ProblemException } from '@mesh-platform/service-kit';
import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CoreClient } from '../core/core-client.js';
import { entityTag, expectedRevisions, isKnown } from './entity-tag.js';

@Controller('documents')
export class DocumentsController {
  constructor(@Inject(CoreClient) private readonly core: CoreClient) {}

  @Post()
  async create(
    @Headers() headers: IncomingHeaders,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: newDocumentSchema }) content: NewDocument,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Document> {
    const request = { ...content, idempotencyKey: idempotencyKeyOf(key) };
    const message = await this.core.unary<DocumentMessage>(headers, (...rest) => this.core.documents.Create(request, ...rest));
    reply.header('location', `/documents/${message.id}`);
    return tagged(message, reply);
  }

  @Get()
  async list(
    @Headers() headers: IncomingHeaders,
    @Query({ schema: documentListQuerySchema }) query: DocumentListQuery,
  ): Promise<DocumentPage> {
    const request = { limit: query.limit, cursor: query.cursor ?? '' };
    const page = await this.core.unary<ListDocumentsResponse>(headers, (...rest) => this.core.documents.List(request, ...rest));
    return { items: page.items.map(summaryOf), next: page.next || null };
  }

  @Get(':id')
  async get(
    @Headers() headers: IncomingHeaders,
    @Headers('if-none-match') known: string | undefined,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Document | undefined> {
    const message = await this.core.unary<DocumentMessage>(headers, (...rest) => this.core.documents.Get({ id }, ...rest));
    const document = tagged(message, reply);
    if (!isKnown(known, document.revision)) return document;
    reply.status(304);
    return undefined;
  }

  @Put(':id')
  async update(
    @Headers() headers: IncomingHeaders,
    @Headers('if-match') expected: string | undefined,
    @Param('id', { schema: documentIdSchema }) id: string,
    @Body({ schema: newDocumentSchema }) content: NewDocument,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Document> {
    const revisions = expectedRevisions(expected);
    if (!revisions) throw new ProblemException(428, 'the header If-Match is required');
    const request = { id, revisions, ...content };
    const message = await this.core.unary<DocumentMessage>(headers, (...rest) => this.core.documents.Update(request, ...rest));
    return tagged(message, reply);
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(
    @Headers() headers: IncomingHeaders,
    @Headers('if-match') expected: string | undefined,
    @Param('id', { schema: documentIdSchema }) id: string,
  ): Promise<void> {
    const request = { id, revisions: expectedRevisions(expected) ?? [] };
    await this.core.unary<DeleteDocumentResponse>(headers, (...rest) => this.core.documents.Delete(request, ...rest));
  }
}

function tagged(message: DocumentMessage, reply: FastifyReply): Document {
  reply.header('etag', entityTag(message.revision));
  return documentOf(message);
}

/** A document as the HTTP contract has it. */
const documentOf = (message: DocumentMessage): Document => ({ ...summaryOf(message), body: message.body });

/** A document without its body as the HTTP contract has it. */
function summaryOf({ id, title, revision, createdAt, updatedAt }: DocumentSummaryMessage): DocumentSummary {
  if (!createdAt || !updatedAt) throw new Error(`document ${id} has no times`);
  return { id, title, revision, createdAt: isoOf(createdAt), updatedAt: isoOf(updatedAt) };
}

/** The key of a request that writes. @throws ProblemException 428 where there is none, 400 where it is malformed */
function idempotencyKeyOf(header: string | undefined): string {
  if (!header) throw new ProblemException(428, 'the header Idempotency-Key is required');
  const { success, data, error } = idempotencyKeySchema.safeParse(header);
  if (success) return data;
  const errors = error.issues.map(({ message }) => ({ field: 'Idempotency-Key', message }));
  throw new ProblemException(400, 'the request is not valid', { errors });
}
