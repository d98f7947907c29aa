// Original file: proto/documents/v1/documents.proto


export interface GetDocumentRequest__Input {
  'id'?: (string);
}

export interface GetDocumentRequest {
  'id': (string);
}
