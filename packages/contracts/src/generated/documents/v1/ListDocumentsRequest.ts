// Original file: proto/documents/v1/documents.proto


export interface ListDocumentsRequest__Input {
  /**
   * 1 to 100; unset means 20
   */
  'limit'?: (number);
  /**
   * opaque and signed, from the page before; unset means the first page
   */
  'cursor'?: (string);
}

export interface ListDocumentsRequest {
  /**
   * 1 to 100; unset means 20
   */
  'limit': (number);
  /**
   * opaque and signed, from the page before; unset means the first page
   */
  'cursor': (string);
}
