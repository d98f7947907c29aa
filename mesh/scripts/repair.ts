import type { CrdSchema } from '../src/check/schema/crd-schema.ts';

/** The input of openapi-typescript: a schema, `false` for forbidden fields, and marks that `transform` reads. */
export type TypeSchema = false | TypeSchemaObject;
export interface TypeSchemaObject {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, TypeSchema>>;
  readonly required?: readonly string[];
  readonly items?: TypeSchema;
  readonly additionalProperties?: TypeSchema | true;
  readonly oneOf?: readonly TypeSchema[];
  readonly allOf?: readonly TypeSchema[];
  readonly $ref?: string;
  /** The name of the type of `names.ts` that takes the place of `string` or `number`. */
  readonly 'x-scalar'?: string;
}

const DURATION = "duration(self) >= duration('1ms')";
const PORT = '0 < self && self <= 65535';
/** Durations that have no rule, since 0s is one of their values. */
const UNRULED_DURATIONS = ['ttl', 'idleTimeout', 'budgetInterval'];
/** `(has(self.a) ? 1 : 0) + (has(self.b) ? 1 : 0) <= 1` */
const AT_MOST_ONE = /^(?:\(has\(self\.\w+\) \? 1 : 0\)(?: \+ )?)+ <= 1$/;

/**
 * Keeps the rules of a CustomResourceDefinition that openapi-typescript would drop: exclusive choices become unions of which each member
 * forbids the others' fields, durations and whole percents get types of their own, bounds and rules go into the comments. `null`, which
 * some fields admit for "not there", is left out.
 */
export function repair(schema: CrdSchema, name = ''): TypeSchemaObject {
  const shape = {
    ...(schema.type && { type: schema.type }),
    ...(schema.enum && { enum: schema.enum }),
    ...documented(schema, name),
  };
  if (schema['x-kubernetes-preserve-unknown-fields'] && !schema.properties) return { ...shape, additionalProperties: true };
  if (schema.items) return { ...shape, items: repair(schema.items) };
  if (schema.additionalProperties) return { ...shape, additionalProperties: repair(schema.additionalProperties) };
  if (schema.properties) return { ...shape, ...fields(schema) };
  const scalar = scalarOf(schema, name);
  return scalar ? { ...shape, 'x-scalar': scalar } : shape;
}

function scalarOf(schema: CrdSchema, name: string): string | undefined {
  if (rulesOf(schema).some(({ rule }) => rule === DURATION)) return 'IstioDuration';
  if (schema.type === 'string' && UNRULED_DURATIONS.includes(name)) return 'IstioDuration';
  return schema.type === 'integer' && isPercent(name) ? 'WholePercent' : undefined;
}

/** The fields of an object, with exclusive fields in unions next to the rest. */
function fields(schema: CrdSchema): Pick<TypeSchemaObject, 'properties' | 'required' | 'allOf'> {
  const repaired = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, value]) => [key, repair(value, key)]));
  const choices = choicesOf(schema);
  const chosen = new Set(choices.flatMap(({ names }) => names));
  const required = (schema.required ?? []).filter((key) => !chosen.has(key));
  return {
    properties: Object.fromEntries(Object.entries(repaired).filter(([key]) => !chosen.has(key))),
    ...(required.length > 0 && { required }),
    ...(choices.length > 0 && { allOf: choices.map((choice) => union(choice, repaired)) }),
  };
}

interface Choice {
  readonly names: readonly string[];
  /** Whether none of them will do, too. */
  readonly optional: boolean;
}

/** Exclusive choices of an object. A field that two rules name belongs to the first: types cannot express both. */
function choicesOf(schema: CrdSchema): readonly Choice[] {
  const all = [schema, ...(schema.allOf ?? [])].flatMap(({ oneOf }) => (oneOf ? [choiceOf(oneOf)] : []));
  const byRule = rulesOf(schema)
    .filter(({ rule }) => AT_MOST_ONE.test(rule))
    .map(({ rule }) => ({ names: [...rule.matchAll(/self\.(\w+)/g)].map(([, name = '']) => name), optional: true }));
  const taken = new Set<string>();
  return [...all, ...byRule].filter(({ names }) => {
    const free = names.length > 1 && !names.some((name) => taken.has(name));
    if (free) for (const name of names) taken.add(name);
    return free;
  });
}

const choiceOf = (alternatives: readonly CrdSchema[]): Choice => ({
  names: alternatives.flatMap(({ required }) => required ?? []),
  optional: alternatives.some(({ not }) => not !== undefined),
});

function union({ names, optional }: Choice, repaired: Readonly<Record<string, TypeSchema>>): TypeSchemaObject {
  const member = (chosen?: string) => ({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, name === chosen ? (repaired[name] ?? false) : false])),
    ...(chosen && { required: [chosen] }),
  });
  return { oneOf: [...names.map(member), ...(optional ? [member()] : [])] };
}

const rulesOf = (schema: CrdSchema) => schema['x-kubernetes-validations'] ?? [];

const isPercent = (name: string) => /percent(age)?$/i.test(name);

/** The description with a line for each bound and rule. */
function documented(schema: CrdSchema, name: string): { description?: string } {
  const bounds = { ...schema, ...impliedBounds(schema, name) };
  const lines = BOUNDS.flatMap((bound) => (bounds[bound] === undefined ? [] : [`@${bound} ${bounds[bound]}`]));
  const rules = rulesOf(schema).flatMap(({ rule, message }) =>
    rule === DURATION || rule === PORT || !message ? [] : [`Rule: ${message}.`],
  );
  const description = [...(schema.description ? [schema.description] : []), ...rules, ...lines].join('\n');
  return description ? { description } : {};
}

const BOUNDS = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'maxProperties', 'pattern'] as const;

/** Bounds that follow only from rules and names. */
function impliedBounds(schema: CrdSchema, name: string): { minimum?: number | string; maximum?: number } {
  if (rulesOf(schema).some(({ rule }) => rule === DURATION)) return { minimum: '1ms' };
  if (rulesOf(schema).some(({ rule }) => rule === PORT)) return { minimum: 1, maximum: 65_535 };
  return isPercent(name) && (schema.type === 'integer' || schema.type === 'number') ? { minimum: 0, maximum: 100 } : {};
}
