import { credentials, loadPackageDefinition, Metadata, type requestCallback } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import {
  type CreateDocumentRequest,
  type DeleteDocumentRequest,
  type DeleteDocumentResponse,
  type DocumentMessage,
  type DocumentsGrpcType,
  type GetPathResponse,
  type ListDocumentsRequest,
  type ListDocumentsResponse,
  type PathGrpcType,
  PROTO_FILES,
  PROTO_LOADING,
  type UpdateDocumentRequest,
} from '@mesh-platform/contracts/grpc';

/** Clients of core as any caller has them, with promises. */
export function coreClient(port: number) {
  const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as DocumentsGrpcType & PathGrpcType;
  const address = `127.0.0.1:${port}`;
  const options = { 'grpc.enable_retries': 0 };
  const documents = new types.documents.v1.Documents(address, credentials.createInsecure(), options);
  const path = new types.path.v1.Path(address, credentials.createInsecure(), options);
  return {
    create: (request: CreateDocumentRequest, headers: Record<string, string> = {}) =>
      unary<DocumentMessage>((done) => documents.Create(request, metadataOf(headers), done)),
    get: (id: string) => unary<DocumentMessage>((done) => documents.Get({ id }, done)),
    list: (request: Partial<ListDocumentsRequest>) => unary<ListDocumentsResponse>((done) => documents.List(request, done)),
    update: (request: UpdateDocumentRequest) => unary<DocumentMessage>((done) => documents.Update(request, done)),
    delete: (request: DeleteDocumentRequest) => unary<DeleteDocumentResponse>((done) => documents.Delete(request, done)),
    path: (headers: Record<string, string> = {}) => unary<GetPathResponse>((done) => path.Get({}, metadataOf(headers), done)),
    close: () => [documents, path].map((client) => client.close()),
  };
}

function unary<Reply>(call: (done: requestCallback<Reply>) => unknown): Promise<Reply> {
  return new Promise((resolve, reject) => call((error, reply) => (reply ? resolve(reply) : reject(error))));
}

function metadataOf(headers: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}
