import type { Timestamp, Timestamp__Input } from '../generated/google/protobuf/Timestamp.js';

export type { CreateDocumentRequest } from '../generated/documents/v1/CreateDocumentRequest.js';
export type { DeleteDocumentRequest } from '../generated/documents/v1/DeleteDocumentRequest.js';
export type {
  DeleteDocumentResponse,
  DeleteDocumentResponse__Input as DeleteDocumentReply,
} from '../generated/documents/v1/DeleteDocumentResponse.js';
export type { Document as DocumentMessage, Document__Input as DocumentReply } from '../generated/documents/v1/Document.js';
export type { DocumentSummary as DocumentSummaryMessage } from '../generated/documents/v1/DocumentSummary.js';
export type { DocumentsClient, DocumentsHandlers } from '../generated/documents/v1/Documents.js';
export type { GetDocumentRequest } from '../generated/documents/v1/GetDocumentRequest.js';
export type { ListDocumentsRequest } from '../generated/documents/v1/ListDocumentsRequest.js';
export type {
  ListDocumentsResponse,
  ListDocumentsResponse__Input as ListDocumentsReply,
} from '../generated/documents/v1/ListDocumentsResponse.js';
export type { UpdateDocumentRequest } from '../generated/documents/v1/UpdateDocumentRequest.js';
export type { ProtoGrpcType as DocumentsGrpcType } from '../generated/documents.js';

/** A date as protobuf has it, to the millisecond. */
export function toTimestamp(date: Date): Timestamp__Input {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1000);
  return { seconds: String(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}

/** ISO 8601 in UTC, to the millisecond. */
export function isoOf({ seconds, nanos }: Timestamp): string {
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)).toISOString();
}
