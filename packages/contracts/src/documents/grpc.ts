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
export { isoOf, toTimestamp } from './timestamp.js';
