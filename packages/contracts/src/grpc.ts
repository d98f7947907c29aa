import { fileURLToPath } from 'node:url';

export type { CreateDocumentRequest } from './generated/documents/v1/CreateDocumentRequest.js';
export type { DeleteDocumentRequest } from './generated/documents/v1/DeleteDocumentRequest.js';
export type {
  DeleteDocumentResponse,
  DeleteDocumentResponse__Input as DeleteDocumentReply,
} from './generated/documents/v1/DeleteDocumentResponse.js';
export type { Document as DocumentMessage, Document__Input as DocumentReply } from './generated/documents/v1/Document.js';
export type { DocumentSummary as DocumentSummaryMessage } from './generated/documents/v1/DocumentSummary.js';
export type { DocumentsClient, DocumentsHandlers } from './generated/documents/v1/Documents.js';
export type { GetDocumentRequest } from './generated/documents/v1/GetDocumentRequest.js';
export type { ListDocumentsRequest } from './generated/documents/v1/ListDocumentsRequest.js';
export type {
  ListDocumentsResponse,
  ListDocumentsResponse__Input as ListDocumentsReply,
} from './generated/documents/v1/ListDocumentsResponse.js';
export type { UpdateDocumentRequest } from './generated/documents/v1/UpdateDocumentRequest.js';
export type { ProtoGrpcType as DocumentsGrpcType } from './generated/documents.js';
export type { GetPathResponse, GetPathResponse__Input as GetPathReply } from './generated/path/v1/GetPathResponse.js';
export type { Hop as HopMessage } from './generated/path/v1/Hop.js';
export type { PathClient, PathHandlers } from './generated/path/v1/Path.js';
export type { ProtoGrpcType as PathGrpcType } from './generated/path.js';
export { isoOf, toTimestamp } from './timestamp.js';

/** The folder that imports between proto files start from. */
export const PROTO_ROOT = fileURLToPath(new URL('../proto', import.meta.url));

/** The proto files, relative to PROTO_ROOT. */
export const PROTO_FILES = ['documents/v1/documents.proto', 'path/v1/path.proto'];

/** Their packages. */
export const PROTO_PACKAGES = ['documents.v1', 'path.v1'];

/** How a loader must read them, so that messages have the generated types. */
export const PROTO_LOADING = { longs: String, enums: String, defaults: true, oneofs: true, includeDirs: [PROTO_ROOT] };
