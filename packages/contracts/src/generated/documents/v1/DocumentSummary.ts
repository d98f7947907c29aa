// Original file: proto/documents/v1/documents.proto

import type { Timestamp__Input as _google_protobuf_Timestamp__Input, Timestamp as _google_protobuf_Timestamp } from '../../google/protobuf/Timestamp.js';

/**
 * A document without its body, so that a page of a hundred fits into one message.
 */
export interface DocumentSummary__Input {
  'id'?: (string);
  'title'?: (string);
  'revision'?: (number);
  'createdAt'?: (_google_protobuf_Timestamp__Input | null);
  'updatedAt'?: (_google_protobuf_Timestamp__Input | null);
}

/**
 * A document without its body, so that a page of a hundred fits into one message.
 */
export interface DocumentSummary {
  'id': (string);
  'title': (string);
  'revision': (number);
  'createdAt': (_google_protobuf_Timestamp | null);
  'updatedAt': (_google_protobuf_Timestamp | null);
}
