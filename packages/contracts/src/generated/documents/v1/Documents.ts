// Original file: proto/documents/v1/documents.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateDocumentRequest__Input as _documents_v1_CreateDocumentRequest__Input, CreateDocumentRequest as _documents_v1_CreateDocumentRequest } from '../../documents/v1/CreateDocumentRequest.js';
import type { DeleteDocumentRequest__Input as _documents_v1_DeleteDocumentRequest__Input, DeleteDocumentRequest as _documents_v1_DeleteDocumentRequest } from '../../documents/v1/DeleteDocumentRequest.js';
import type { DeleteDocumentResponse__Input as _documents_v1_DeleteDocumentResponse__Input, DeleteDocumentResponse as _documents_v1_DeleteDocumentResponse } from '../../documents/v1/DeleteDocumentResponse.js';
import type { Document__Input as _documents_v1_Document__Input, Document as _documents_v1_Document } from '../../documents/v1/Document.js';
import type { GetDocumentRequest__Input as _documents_v1_GetDocumentRequest__Input, GetDocumentRequest as _documents_v1_GetDocumentRequest } from '../../documents/v1/GetDocumentRequest.js';
import type { ListDocumentsRequest__Input as _documents_v1_ListDocumentsRequest__Input, ListDocumentsRequest as _documents_v1_ListDocumentsRequest } from '../../documents/v1/ListDocumentsRequest.js';
import type { ListDocumentsResponse__Input as _documents_v1_ListDocumentsResponse__Input, ListDocumentsResponse as _documents_v1_ListDocumentsResponse } from '../../documents/v1/ListDocumentsResponse.js';
import type { UpdateDocumentRequest__Input as _documents_v1_UpdateDocumentRequest__Input, UpdateDocumentRequest as _documents_v1_UpdateDocumentRequest } from '../../documents/v1/UpdateDocumentRequest.js';

/**
 * Markdown documents. Core owns them.
 */
export interface DocumentsClient extends grpc.Client {
  /**
   * Writes a document once per idempotency key. The same key with the same content returns the first result,
   * with another content ALREADY_EXISTS.
   */
  Create(argument: _documents_v1_CreateDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Create(argument: _documents_v1_CreateDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Create(argument: _documents_v1_CreateDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Create(argument: _documents_v1_CreateDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  /**
   * Writes a document once per idempotency key. The same key with the same content returns the first result,
   * with another content ALREADY_EXISTS.
   */
  create(argument: _documents_v1_CreateDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  create(argument: _documents_v1_CreateDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  create(argument: _documents_v1_CreateDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  create(argument: _documents_v1_CreateDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  
  /**
   * NOT_FOUND where no document has this id, ABORTED where it is at another revision than the caller expects. The
   * idempotency key that created the document stays used.
   */
  Delete(argument: _documents_v1_DeleteDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  Delete(argument: _documents_v1_DeleteDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  Delete(argument: _documents_v1_DeleteDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  Delete(argument: _documents_v1_DeleteDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  /**
   * NOT_FOUND where no document has this id, ABORTED where it is at another revision than the caller expects. The
   * idempotency key that created the document stays used.
   */
  delete(argument: _documents_v1_DeleteDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  delete(argument: _documents_v1_DeleteDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  delete(argument: _documents_v1_DeleteDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  delete(argument: _documents_v1_DeleteDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_DeleteDocumentResponse>): grpc.ClientUnaryCall;
  
  /**
   * NOT_FOUND where no document has this id.
   */
  Get(argument: _documents_v1_GetDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Get(argument: _documents_v1_GetDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Get(argument: _documents_v1_GetDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Get(argument: _documents_v1_GetDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  /**
   * NOT_FOUND where no document has this id.
   */
  get(argument: _documents_v1_GetDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  get(argument: _documents_v1_GetDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  get(argument: _documents_v1_GetDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  get(argument: _documents_v1_GetDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  
  /**
   * Newest first.
   */
  List(argument: _documents_v1_ListDocumentsRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  List(argument: _documents_v1_ListDocumentsRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  List(argument: _documents_v1_ListDocumentsRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  List(argument: _documents_v1_ListDocumentsRequest__Input, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  /**
   * Newest first.
   */
  list(argument: _documents_v1_ListDocumentsRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  list(argument: _documents_v1_ListDocumentsRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  list(argument: _documents_v1_ListDocumentsRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  list(argument: _documents_v1_ListDocumentsRequest__Input, callback: grpc.requestCallback<_documents_v1_ListDocumentsResponse>): grpc.ClientUnaryCall;
  
  /**
   * Replaces title and body and counts the revision up by one. NOT_FOUND where no document has this id, ABORTED where it
   * is at another revision than the caller expects: who wants to write it must read it again.
   */
  Update(argument: _documents_v1_UpdateDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Update(argument: _documents_v1_UpdateDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Update(argument: _documents_v1_UpdateDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  Update(argument: _documents_v1_UpdateDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  /**
   * Replaces title and body and counts the revision up by one. NOT_FOUND where no document has this id, ABORTED where it
   * is at another revision than the caller expects: who wants to write it must read it again.
   */
  update(argument: _documents_v1_UpdateDocumentRequest__Input, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  update(argument: _documents_v1_UpdateDocumentRequest__Input, metadata: grpc.Metadata, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  update(argument: _documents_v1_UpdateDocumentRequest__Input, options: grpc.CallOptions, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  update(argument: _documents_v1_UpdateDocumentRequest__Input, callback: grpc.requestCallback<_documents_v1_Document>): grpc.ClientUnaryCall;
  
}

/**
 * Markdown documents. Core owns them.
 */
export interface DocumentsHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Writes a document once per idempotency key. The same key with the same content returns the first result,
   * with another content ALREADY_EXISTS.
   */
  Create: grpc.handleUnaryCall<_documents_v1_CreateDocumentRequest, _documents_v1_Document__Input>;
  
  /**
   * NOT_FOUND where no document has this id, ABORTED where it is at another revision than the caller expects. The
   * idempotency key that created the document stays used.
   */
  Delete: grpc.handleUnaryCall<_documents_v1_DeleteDocumentRequest, _documents_v1_DeleteDocumentResponse__Input>;
  
  /**
   * NOT_FOUND where no document has this id.
   */
  Get: grpc.handleUnaryCall<_documents_v1_GetDocumentRequest, _documents_v1_Document__Input>;
  
  /**
   * Newest first.
   */
  List: grpc.handleUnaryCall<_documents_v1_ListDocumentsRequest, _documents_v1_ListDocumentsResponse__Input>;
  
  /**
   * Replaces title and body and counts the revision up by one. NOT_FOUND where no document has this id, ABORTED where it
   * is at another revision than the caller expects: who wants to write it must read it again.
   */
  Update: grpc.handleUnaryCall<_documents_v1_UpdateDocumentRequest, _documents_v1_Document__Input>;
  
}

export interface DocumentsDefinition extends grpc.ServiceDefinition {
  Create: MethodDefinition<_documents_v1_CreateDocumentRequest__Input, _documents_v1_Document__Input, _documents_v1_CreateDocumentRequest, _documents_v1_Document>
  Delete: MethodDefinition<_documents_v1_DeleteDocumentRequest__Input, _documents_v1_DeleteDocumentResponse__Input, _documents_v1_DeleteDocumentRequest, _documents_v1_DeleteDocumentResponse>
  Get: MethodDefinition<_documents_v1_GetDocumentRequest__Input, _documents_v1_Document__Input, _documents_v1_GetDocumentRequest, _documents_v1_Document>
  List: MethodDefinition<_documents_v1_ListDocumentsRequest__Input, _documents_v1_ListDocumentsResponse__Input, _documents_v1_ListDocumentsRequest, _documents_v1_ListDocumentsResponse>
  Update: MethodDefinition<_documents_v1_UpdateDocumentRequest__Input, _documents_v1_Document__Input, _documents_v1_UpdateDocumentRequest, _documents_v1_Document>
}
