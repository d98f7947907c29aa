// Original file: proto/documents/v1/documents.proto


export interface DeleteDocumentRequest__Input {
  'id'?: (string);
  /**
   * the document must be at one of them; empty: at any. No document is at 0.
   */
  'revisions'?: (number)[];
}

export interface DeleteDocumentRequest {
  'id': (string);
  /**
   * the document must be at one of them; empty: at any. No document is at 0.
   */
  'revisions': (number)[];
}
