import type { Document, DocumentSummary } from '@mesh-platform/contracts';
import { type DocumentMessage, type DocumentSummaryMessage, isoOf } from '@mesh-platform/contracts/grpc';

/** A document as the HTTP contract has it. */
export const documentOf = (message: DocumentMessage): Document => ({ ...summaryOf(message), body: message.body });

/** A document without its body as the HTTP contract has it. */
export function summaryOf({ id, title, revision, createdAt, updatedAt }: DocumentSummaryMessage): DocumentSummary {
  if (!createdAt || !updatedAt) throw new Error(`document ${id} has no times`);
  return { id, title, revision, createdAt: isoOf(createdAt), updatedAt: isoOf(updatedAt) };
}
