import { status } from '@grpc/grpc-js';
import { DEFAULT_PAGE_SIZE, documentIdSchema, idempotencyKeySchema, newDocumentSchema } from '@mesh-platform/contracts';
import {
  type CreateDocumentRequest,
  type DocumentReply,
  type GetDocumentRequest,
  type ListDocumentsReply,
  type ListDocumentsRequest,
  toTimestamp,
} from '@mesh-platform/contracts/grpc';
import { Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { RpcController } from '../common/rpc-controller.decorator.js';
import { RpcError } from '../common/rpc-error.js';
import { cursorAfter, idOf } from './cursor.js';
import { type DocumentRow, DocumentsRepository, type SummaryRow } from './documents.repository.js';

const createRequest = z.object({ idempotencyKey: idempotencyKeySchema, ...newDocumentSchema.shape });
const getRequest = z.object({ id: documentIdSchema });
const listRequest = z.object({
  limit: z
    .int()
    .min(0, 'must not be negative')
    .max(100, 'must be at most 100')
    .transform((limit) => limit || DEFAULT_PAGE_SIZE),
  cursor: z.string(),
});

/** documents.v1.Documents */
@RpcController()
export class DocumentsController {
  constructor(@Inject(DocumentsRepository) private readonly documents: DocumentsRepository) {}

  @GrpcMethod('Documents', 'Create')
  async create(request: CreateDocumentRequest): Promise<DocumentReply> {
    const { idempotencyKey, ...content } = valid(createRequest, request);
    const document = await this.documents.create(idempotencyKey, content);
    if (!document) throw new RpcError(status.ALREADY_EXISTS, 'the idempotency key was used with other content');
    return withTimestamps(document);
  }

  @GrpcMethod('Documents', 'Get')
  async get(request: GetDocumentRequest): Promise<DocumentReply> {
    const document = await this.documents.get(valid(getRequest, request).id);
    if (!document) throw new RpcError(status.NOT_FOUND, 'no document has this id');
    return withTimestamps(document);
  }

  @GrpcMethod('Documents', 'List')
  async list(request: ListDocumentsRequest): Promise<ListDocumentsReply> {
    const { limit, cursor } = valid(listRequest, request);
    const rows = await this.documents.list(limit + 1, cursor ? idOf(cursor) : undefined);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items: items.map(withTimestamps), next: last ? cursorAfter(last.id) : '' };
  }
}

function valid<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const complaints = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new RpcError(status.INVALID_ARGUMENT, complaints.join('; '));
}

const withTimestamps = <Row extends SummaryRow | DocumentRow>(row: Row) => ({
  ...row,
  createdAt: toTimestamp(row.createdAt),
  updatedAt: toTimestamp(row.updatedAt),
});
