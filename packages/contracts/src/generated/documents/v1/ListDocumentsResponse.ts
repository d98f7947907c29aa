// Original file: proto/documents/v1/documents.proto

import type { DocumentSummary__Input as _documents_v1_DocumentSummary__Input, DocumentSummary as _documents_v1_DocumentSummary } from '../../documents/v1/DocumentSummary.js';

export interface ListDocumentsResponse__Input {
  'items'?: (_documents_v1_DocumentSummary__Input)[];
  /**
   * empty on the last page
   */
  'next'?: (string);
}

export interface ListDocumentsResponse {
  'items': (_documents_v1_DocumentSummary)[];
  /**
   * empty on the last page
   */
  'next': (string);
}
