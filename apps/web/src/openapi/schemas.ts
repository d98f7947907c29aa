import { documentPageSchema, documentSchema, newDocumentSchema, pathSchema, problemSchema } from '@mesh-platform/contracts';
import { z } from 'zod';

const alive = z.object({ status: z.literal('ok') });
const readiness = z.object({ ready: z.boolean(), checks: z.record(z.string(), z.enum(['ok', 'failed'])) });

const SCHEMAS = {
  NewDocument: newDocumentSchema,
  Document: documentSchema,
  DocumentPage: documentPageSchema,
  Path: pathSchema,
  Problem: problemSchema,
  Alive: alive,
  Readiness: readiness,
} as const;

export type SchemaName = keyof typeof SCHEMAS;

/** A contract's schema as JSON Schema 2020-12, which OpenAPI 3.1 speaks. */
export function jsonSchemaOf(schema: z.ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

/** The schemas that operations refer to by name. */
export const namedSchemas = (): Record<SchemaName, object> =>
  Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchemaOf(schema)])) as Record<SchemaName, object>;

/** A reference to one of them. */
export const schemaRef = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` });
