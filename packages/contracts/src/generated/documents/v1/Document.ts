// Original file: proto/documents/v1/documents.proto

import type { Timestamp__Input as _google_protobuf_Timestamp__Input, Timestamp as _google_protobuf_Timestamp } from '../../google/protobuf/Timestamp.js';

export interface Document__Input {
  /**
   * UUIDv7
   */
  'id'?: (string);
  /**
   * 1 to 200 characters
   */
  'title'?: (string);
  /**
   * Markdown, at most 256 KiB of UTF-8
   */
  'body'?: (string);
  /**
   * from 1
   */
  'revision'?: (number);
  'createdAt'?: (_google_protobuf_Timestamp__Input | null);
  'updatedAt'?: (_google_protobuf_Timestamp__Input | null);
}

export interface Document {
  /**
   * UUIDv7
   */
  'id': (string);
  /**
   * 1 to 200 characters
   */
  'title': (string);
  /**
   * Markdown, at most 256 KiB of UTF-8
   */
  'body': (string);
  /**
   * from 1
   */
  'revision': (number);
  'createdAt': (_google_protobuf_Timestamp | null);
  'updatedAt': (_google_protobuf_Timestamp | null);
}
