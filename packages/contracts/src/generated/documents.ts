import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CreateDocumentRequest__Input as _documents_v1_CreateDocumentRequest__Input, CreateDocumentRequest as _documents_v1_CreateDocumentRequest } from './documents/v1/CreateDocumentRequest.js';
import type { DeleteDocumentRequest__Input as _documents_v1_DeleteDocumentRequest__Input, DeleteDocumentRequest as _documents_v1_DeleteDocumentRequest } from './documents/v1/DeleteDocumentRequest.js';
import type { DeleteDocumentResponse__Input as _documents_v1_DeleteDocumentResponse__Input, DeleteDocumentResponse as _documents_v1_DeleteDocumentResponse } from './documents/v1/DeleteDocumentResponse.js';
import type { Document__Input as _documents_v1_Document__Input, Document as _documents_v1_Document } from './documents/v1/Document.js';
import type { DocumentSummary__Input as _documents_v1_DocumentSummary__Input, DocumentSummary as _documents_v1_DocumentSummary } from './documents/v1/DocumentSummary.js';
import type { DocumentsClient as _documents_v1_DocumentsClient, DocumentsDefinition as _documents_v1_DocumentsDefinition } from './documents/v1/Documents.js';
import type { GetDocumentRequest__Input as _documents_v1_GetDocumentRequest__Input, GetDocumentRequest as _documents_v1_GetDocumentRequest } from './documents/v1/GetDocumentRequest.js';
import type { ListDocumentsRequest__Input as _documents_v1_ListDocumentsRequest__Input, ListDocumentsRequest as _documents_v1_ListDocumentsRequest } from './documents/v1/ListDocumentsRequest.js';
import type { ListDocumentsResponse__Input as _documents_v1_ListDocumentsResponse__Input, ListDocumentsResponse as _documents_v1_ListDocumentsResponse } from './documents/v1/ListDocumentsResponse.js';
import type { UpdateDocumentRequest__Input as _documents_v1_UpdateDocumentRequest__Input, UpdateDocumentRequest as _documents_v1_UpdateDocumentRequest } from './documents/v1/UpdateDocumentRequest.js';
import type { Timestamp__Input as _google_protobuf_Timestamp__Input, Timestamp as _google_protobuf_Timestamp } from './google/protobuf/Timestamp.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  documents: {
    v1: {
      CreateDocumentRequest: MessageTypeDefinition<_documents_v1_CreateDocumentRequest__Input, _documents_v1_CreateDocumentRequest>
      DeleteDocumentRequest: MessageTypeDefinition<_documents_v1_DeleteDocumentRequest__Input, _documents_v1_DeleteDocumentRequest>
      DeleteDocumentResponse: MessageTypeDefinition<_documents_v1_DeleteDocumentResponse__Input, _documents_v1_DeleteDocumentResponse>
      Document: MessageTypeDefinition<_documents_v1_Document__Input, _documents_v1_Document>
      DocumentSummary: MessageTypeDefinition<_documents_v1_DocumentSummary__Input, _documents_v1_DocumentSummary>
      /**
       * Markdown documents. Core owns them.
       */
      Documents: SubtypeConstructor<typeof grpc.Client, _documents_v1_DocumentsClient> & { service: _documents_v1_DocumentsDefinition }
      GetDocumentRequest: MessageTypeDefinition<_documents_v1_GetDocumentRequest__Input, _documents_v1_GetDocumentRequest>
      ListDocumentsRequest: MessageTypeDefinition<_documents_v1_ListDocumentsRequest__Input, _documents_v1_ListDocumentsRequest>
      ListDocumentsResponse: MessageTypeDefinition<_documents_v1_ListDocumentsResponse__Input, _documents_v1_ListDocumentsResponse>
      UpdateDocumentRequest: MessageTypeDefinition<_documents_v1_UpdateDocumentRequest__Input, _documents_v1_UpdateDocumentRequest>
    }
  }
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp__Input, _google_protobuf_Timestamp>
    }
  }
}

