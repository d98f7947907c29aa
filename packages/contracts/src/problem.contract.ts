import { z } from 'zod';

/** One field, parameter or header that a request got wrong; an empty `field` means the request's content as a whole. */
export const fieldErrorSchema = z.object({ field: z.string(), message: z.string() });

/** The body of every error. https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int().min(400).max(599),
  requestId: z.string(),
  detail: z.string().optional(),
  errors: z.array(fieldErrorSchema).optional(),
});

export type Problem = z.infer<typeof problemSchema>;
