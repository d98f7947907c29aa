import { status } from '@grpc/grpc-js';
import { RpcController, RpcError } from '@mesh-platform/call-kit/server';
import {
  DEFAULT_PAGE_SIZE,
  documentIdSchema,
  idempotencyKeySchema,
  MAX_PAGE_SIZE,
  MAX_REVISION,
  newDocumentSchema,
} from '@mesh-platform/contracts';
import {
  type CreateDocumentRequest,
  type DeleteDocumentReply,
  type DeleteDocumentRequest,
  type DocumentReply,
  type GetDocumentRequest,
  type ListDocumentsReply,
  type ListDocumentsRequest,
  toTimestamp,
  type UpdateDocumentRequest,
} from '@mesh-platform/contracts/grpc';
import { Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { Cursors } from './cursor.js';
import { type DocumentRow, DocumentsRepository, type SummaryRow, type Unchanged } from './documents.repository.js';

const createRequest = z.object({ idempotencyKey: idempotencyKeySchema, ...newDocumentSchema.shape });
const getRequest = z.object({ id: documentIdSchema });
const revisions = z.array(z.int().min(0, 'must not be negative').max(MAX_REVISION));
const updateRequest = z.object({ id: documentIdSchema, revisions, ...newDocumentSchema.shape });
const deleteRequest = z.object({ id: documentIdSchema, revisions });
const listRequest = z.object({
  limit: z
    .int()
    .min(0, 'must not be negative')
    .max(MAX_PAGE_SIZE, `must be at most ${MAX_PAGE_SIZE}`)
    .transform((limit) => limit || DEFAULT_PAGE_SIZE),
  cursor: z.string(),
});

/** documents.v1.Documents */
@RpcController()
export class DocumentsController {
  constructor(
    @Inject(DocumentsRepository) private readonly documents: DocumentsRepository,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

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
    return withTimestamps(present(document ?? 'absent'));
  }

  @GrpcMethod('Documents', 'List')
  async list(request: ListDocumentsRequest): Promise<ListDocumentsReply> {
    const { limit, cursor } = valid(listRequest, request);
    const rows = await this.documents.list(limit + 1, cursor ? this.cursors.idOf(cursor) : undefined);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items: items.map(withTimestamps), next: last ? this.cursors.after(last.id) : '' };
  }

  @GrpcMethod('Documents', 'Update')
  async update(request: UpdateDocumentRequest): Promise<DocumentReply> {
    const { id, revisions, ...content } = valid(updateRequest, request);
    return withTimestamps(present(await this.documents.update(id, revisions, content)));
  }

  @GrpcMethod('Documents', 'Delete')
  async delete(request: DeleteDocumentRequest): Promise<DeleteDocumentReply> {
    const { id, revisions } = valid(deleteRequest, request);
    present(await this.documents.delete(id, revisions));
    return {};
  }
}

function present<Row>(outcome: Row | Unchanged): Row {
  if (outcome === 'absent') throw new RpcError(status.NOT_FOUND, 'no document has this id');
  if (outcome === 'stale') throw new RpcError(status.ABORTED, 'the document is at another revision');
  return outcome;
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
