import { z } from 'zod';

/** UTF-8 bytes that a body may have. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Items of a page where the caller names no limit. */
export const DEFAULT_PAGE_SIZE = 20;

// Postgres stores no NUL, and protobuf carries well-formed text alone: both are refused where a caller still learns why.
const storableText = z
  .string()
  .refine((text) => !text.includes('\0'), { error: 'must not contain NUL', abort: true })
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode', abort: true });

const title = storableText
  .refine((text) => /\S/.test(text), { error: 'must not be empty', abort: true })
  .refine((text) => [...text].length <= 200, 'must have at most 200 characters');

const body = storableText.refine((text) => Buffer.byteLength(text) <= MAX_BODY_BYTES, 'must have at most 256 KiB');

/** What a caller sends to write a document. Unknown fields are refused. */
export const newDocumentSchema = z.strictObject({ title, body });

export const documentIdSchema = z.uuidv7('must be a UUIDv7');

/** A document without its body: an item of a list. */
export const documentSummarySchema = z.object({
  id: documentIdSchema,
  title: z.string(),
  revision: z.int().min(1),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const documentSchema = documentSummarySchema.extend({ body: z.string() });

/** A page of documents, newest first; `next` is the cursor of the page after, null on the last one. */
export const documentPageSchema = z.object({ items: z.array(documentSummarySchema), next: z.string().nullable() });

/** The query of a list. Unknown parameters are refused. */
export const documentListQuerySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1, 'must be at least 1').max(100, 'must be at most 100'))
    .default(DEFAULT_PAGE_SIZE),
  cursor: z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters').optional(),
});

/** 1 to 200 visible ASCII characters. */
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters');

export type NewDocument = z.infer<typeof newDocumentSchema>;
export type Document = z.infer<typeof documentSchema>;
export type DocumentSummary = z.infer<typeof documentSummarySchema>;
export type DocumentPage = z.infer<typeof documentPageSchema>;
export type DocumentListQuery = z.infer<typeof documentListQuerySchema>;
