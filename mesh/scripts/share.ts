import type { TypeSchema, TypeSchemaObject } from './repair.ts';

type Schemas = Readonly<Record<string, TypeSchemaObject>>;
type Change = (schema: TypeSchema, field?: string) => TypeSchema;

/**
 * Gives an object that several fields have a type of its own, and lets the fields refer to it. The type is named like its first field; where another
 * has that name, with the kind before it.
 */
export function share(kinds: Schemas): Schemas {
  const uses = countUses(kinds);
  const named = new Map<string, string>();
  const types: Record<string, TypeSchemaObject> = { ...kinds };
  const withReferences = (kind: string, schema: TypeSchemaObject, name: string): TypeSchemaObject =>
    changed(schema, (inner, field) => {
      const own = field ? field.charAt(0).toUpperCase() + field.slice(1) : name;
      if (inner === false) return inner;
      const { description, ...type } = inner;
      const key = JSON.stringify(type);
      if ((uses.get(key) ?? 0) < 2) return withReferences(kind, inner, own);
      const reference = named.get(key) ?? (own in types ? `${kind}${own}` : own);
      if (!named.has(key)) {
        named.set(key, reference);
        types[reference] = type;
        types[reference] = withReferences(kind, type, own);
      }
      return { ...(description && { description }), $ref: `#/components/schemas/${reference}` };
    });
  for (const [kind, schema] of Object.entries(kinds)) types[kind] = withReferences(kind, schema, kind);
  return types;
}

/** How many fields have each object, whatever their descriptions: what is in an object that several have counts once. */
function countUses(kinds: Schemas): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const count: Change = (schema) => {
    if (schema === false) return schema;
    const { description: _, ...type } = schema;
    const key = JSON.stringify(type);
    const before = schema.properties ? (uses.get(key) ?? 0) : 0;
    if (schema.properties) uses.set(key, before + 1);
    return before > 0 ? schema : changed(schema, count);
  };
  for (const kind of Object.values(kinds)) changed(kind, count);
  return uses;
}

/** A schema with other schemas of its fields; a list and a mapping are called like their items. */
function changed({ items, additionalProperties, properties, oneOf, allOf, ...schema }: TypeSchemaObject, change: Change): TypeSchemaObject {
  const part = (one: TypeSchema): TypeSchema => one && changed(one, change);
  return {
    ...schema,
    ...(items !== undefined && { items: change(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: additionalProperties === true ? true : change(additionalProperties),
    }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, change(field, name)])) }),
    ...(oneOf && { oneOf: oneOf.map(part) }),
    ...(allOf && { allOf: allOf.map(part) }),
  };
}
