import { z } from 'zod';

// Fonts draw nothing for these: space, controls, Unicode's default ignorable characters (zero-width characters, direction overrides, variation
// selectors, Hangul fillers, tags), annotation marks, the blank Braille pattern, the null notehead.
// https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
const VISIBLE = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800\u{1D159}]/u;

/** Whether a reader sees anything of the text. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text);

/** Characters that a title may have; one beyond the basic plane counts once. */
export const MAX_TITLE_CHARACTERS = 200;

/** UTF-8 bytes that a body may have. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Items of a page where the caller names no limit. */
export const DEFAULT_PAGE_SIZE = 20;

/** Items of a page that a caller may ask for. */
export const MAX_PAGE_SIZE = 100;

/** Characters that a cursor may have. */
export const MAX_CURSOR_CHARACTERS = 200;

/** Characters that an idempotency key may have. */
export const MAX_KEY_CHARACTERS = 200;

const atMost = (count: number) => `must have at most ${count} characters`;

// Postgres stores no NUL, and protobuf carries only well-formed text: both are refused here, where a caller still learns why.
const storableText = z
  .string()
  .refine((text) => !text.includes('\0'), { error: 'must not contain NUL', abort: true })
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode', abort: true });

// JSON Schema cannot see into a refinement, so the part that it can express is repeated next to it.
const title = storableText
  .refine((text) => /\S/.test(text), { error: 'must not be empty', abort: true })
  .refine(hasVisibleCharacter, { error: 'must have a visible character', abort: true })
  .refine((text) => [...text].length <= MAX_TITLE_CHARACTERS, atMost(MAX_TITLE_CHARACTERS))
  .meta({
    description: 'No NUL, well-formed Unicode, at least one visible character.',
    minLength: 1,
    maxLength: MAX_TITLE_CHARACTERS,
    pattern: '\\S',
  });

const body = storableText
  .refine((text) => Buffer.byteLength(text) <= MAX_BODY_BYTES, `must have at most ${MAX_BODY_BYTES / 1024} KiB`)
  .meta({
    description: `Markdown: at most ${MAX_BODY_BYTES / 1024} KiB of UTF-8, no NUL, well-formed Unicode.`,
    maxLength: MAX_BODY_BYTES,
  });

// One message however many unknown fields there are: the answer must not grow with the request.
const contentRules = {
  error: ({ code }: { code?: string }) => (code === 'unrecognized_keys' ? 'must have no fields but title and body' : undefined),
};

/** The body of a request that writes a document. Unknown fields are refused. */
export const newDocumentSchema = z.strictObject({ title, body }, contentRules);

export const documentIdSchema = z.uuidv7('must be a UUIDv7');

/** The highest revision that a document can have: Postgres and the wire count in 32 bits. */
export const MAX_REVISION = 2_147_483_647;

/** A document without its body: an item of a list. */
export const documentSummarySchema = z.object({
  id: documentIdSchema,
  title: z.string(),
  revision: z.int().min(1).max(MAX_REVISION),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const documentSchema = documentSummarySchema.extend({ body: z.string() });

/** A page of documents, newest first; `next` is the cursor of the page after, null on the last one. */
export const documentPageSchema = z.object({ items: z.array(documentSummarySchema), next: z.string().nullable() });

/** The number of items of a page. */
export const pageSizeSchema = z.int().min(1, 'must be at least 1').max(MAX_PAGE_SIZE, `must be at most ${MAX_PAGE_SIZE}`);

/** Opaque: what a page gave out as `next`. */
export const cursorSchema = z.string().min(1, 'must not be empty').max(MAX_CURSOR_CHARACTERS, atMost(MAX_CURSOR_CHARACTERS));

const queryRules = {
  error: ({ code }: { code?: string }) => (code === 'unrecognized_keys' ? 'must have no parameters but limit and cursor' : undefined),
};

/** The query of a list. Unknown parameters are refused. */
export const documentListQuerySchema = z.strictObject(
  {
    limit: z
      .string()
      .regex(/^\d{1,3}$/, 'must be a whole number')
      .transform(Number)
      .pipe(pageSizeSchema)
      .default(DEFAULT_PAGE_SIZE),
    cursor: cursorSchema.optional(),
  },
  queryRules,
);

export const idempotencyKeySchema = z
  .string()
  .regex(new RegExp(`^[\\x21-\\x7e]{1,${MAX_KEY_CHARACTERS}}$`), `must be 1 to ${MAX_KEY_CHARACTERS} visible ASCII characters`);

export type NewDocument = z.infer<typeof newDocumentSchema>;
export type Document = z.infer<typeof documentSchema>;
export type DocumentSummary = z.infer<typeof documentSummarySchema>;
export type DocumentPage = z.infer<typeof documentPageSchema>;
export type DocumentListQuery = z.infer<typeof documentListQuerySchema>;
