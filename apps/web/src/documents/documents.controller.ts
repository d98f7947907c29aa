import {
  type Document,
  type DocumentListQuery,
  type DocumentPage,
  documentIdSchema,
  documentListQuerySchema,
  type NewDocument,
  newDocumentSchema,
} from '@mesh-platform/contracts';
import type { DocumentMessage, ListDocumentsResponse } from '@mesh-platform/contracts/grpc';
import type { IncomingHeaders } from '@mesh-platform/service-kit';
import { Body, Controller, Get, Headers, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CoreClient } from '../core/core-client.js';
import { documentOf, summaryOf } from './document-messages.js';
import { idempotencyKeyOf } from './idempotency-key.js';

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
    return documentOf(message);
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
  async get(@Headers() headers: IncomingHeaders, @Param('id', { schema: documentIdSchema }) id: string): Promise<Document> {
    return documentOf(await this.core.unary<DocumentMessage>(headers, (...rest) => this.core.documents.Get({ id }, ...rest)));
  }
}
