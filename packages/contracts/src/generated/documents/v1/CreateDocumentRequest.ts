// Original file: proto/documents/v1/documents.proto


export interface CreateDocumentRequest__Input {
  /**
   * 1 to 200 visible ASCII characters
   */
  'idempotencyKey'?: (string);
  'title'?: (string);
  'body'?: (string);
}

export interface CreateDocumentRequest {
  /**
   * 1 to 200 visible ASCII characters
   */
  'idempotencyKey': (string);
  'title': (string);
  'body': (string);
}
