// Original file: proto/documents/v1/documents.proto


export interface UpdateDocumentRequest__Input {
  'id'?: (string);
  'title'?: (string);
  'body'?: (string);
  /**
   * the document must be at one of them; empty: at any. No document is at 0.
   */
  'revisions'?: (number)[];
}

export interface UpdateDocumentRequest {
  'id': (string);
  'title': (string);
  'body': (string);
  /**
   * the document must be at one of them; empty: at any. No document is at 0.
   */
  'revisions': (number)[];
}
