import { z } from 'zod';

/** One service on the path of a request; `ms` is the time from the request's arrival until the service reported this hop. */
export const hopSchema = z.object({
  service: z.string(),
  version: z.string(),
  pod: z.string(),
  caller: z.string().nullable(),
  attempts: z.int().min(1),
  ms: z.number().min(0),
});

/** The path of a request: its hops in the order of travel. */
export const pathSchema = z.object({ hops: z.array(hopSchema) });

export type Hop = z.infer<typeof hopSchema>;
export type Path = z.infer<typeof pathSchema>;
