import { type Fields, isFields } from '../../object.ts';
import { celValue, isTransition, passesRule } from './cel.ts';
import { celHint } from './cel-hints.ts';
import { brokenChoices } from './choices.ts';
import { type CrdSchema, fieldSchema } from './crd-schema.ts';
import { brokenBounds } from './values.ts';
import { field, item, type Violation } from './violation.ts';

export type SchemaCode = 'MESH001' | 'MESH002' | 'MESH003' | 'MESH004' | 'MESH005' | 'MESH006' | 'MESH007' | 'MESH008' | 'MESH009';
type Report = (violation: Violation<SchemaCode>) => void;

/** Everything about a value that its schema does not admit. */
export function schemaViolations(schema: CrdSchema, value: unknown, path: string): readonly Violation<SchemaCode>[] {
  const found: Violation<SchemaCode>[] = [];
  walk(schema, value, path, (violation) => found.push(violation));
  return found;
}

/** Rules of CEL are asked where the value has the form that they rely on. */
function walk(schema: CrdSchema, given: unknown, path: string, report: Report): void {
  if (given === null && schema.nullable) return;
  const value = isFields(given) ? withoutNulls(schema, given) : given;
  let sound = true;
  const note: Report = (violation) => {
    sound = false;
    report(violation);
  };
  if (!hasType(schema, value)) {
    note({ code: 'MESH002', path, message: `it is ${kindOf(value)}`, hint: `write ${article(schema.type)}` });
    return;
  }
  if (schema.enum && !schema.enum.includes(value))
    note({ code: 'MESH004', path, message: `'${value}' is no word that it may have`, hint: `write one of ${schema.enum.join(', ')}` });
  for (const bound of brokenBounds(schema, value)) note({ code: 'MESH005', path, ...bound });
  if (Array.isArray(value)) walkItems(schema, value, path, note);
  else if (isFields(value)) walkFields(schema, value, path, note);
  for (const choice of brokenChoices(schema, value)) note({ code: 'MESH007', path, ...choice });
  if (sound) askRules(schema, value, path, report);
}

/** The API server forgets fields that are null, except where null is a value of theirs. */
function withoutNulls(schema: CrdSchema, value: Fields): Fields {
  const entries = Object.entries(value);
  const kept = entries.filter(([name, inner]) => inner !== null || (fieldSchema(schema, name) ?? { nullable: true }).nullable);
  return kept.length === entries.length ? value : Object.fromEntries(kept);
}

function walkItems(schema: CrdSchema, values: readonly unknown[], path: string, report: Report): void {
  if (schema.items) for (const [index, value] of values.entries()) walk(schema.items, value, item(path, index), report);
  const keyOf = keyOfItems(schema);
  if (!keyOf) return;
  const keys = values.map(keyOf);
  for (const [index, key] of keys.entries())
    if (keys.indexOf(key) < index)
      report({ code: 'MESH009', path: item(path, index), message: `it repeats ${key}`, hint: 'remove one of the two or rename it' });
}

/** The key that must be unique among the items of a list. */
function keyOfItems(schema: CrdSchema): ((value: unknown) => string) | undefined {
  const names = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] === 'set') return (value) => JSON.stringify(value);
  if (schema['x-kubernetes-list-type'] !== 'map' || !names) return undefined;
  return (value) => names.map((name) => `${name} ${JSON.stringify((value as Record<string, unknown> | null)?.[name])}`).join(', ');
}

function walkFields(schema: CrdSchema, value: Fields, path: string, report: Report): void {
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(value, name)) report({ code: 'MESH003', path: field(path, name), message: 'it is missing', hint: `write ${name}` });
  for (const [name, inner] of Object.entries(value)) {
    const known = fieldSchema(schema, name);
    if (known) walk(known, inner, field(path, name), report);
    else if (!schema['x-kubernetes-preserve-unknown-fields']) report(unknownField(schema, name, path));
  }
}

function unknownField({ properties = {} }: CrdSchema, name: string, path: string): Violation<SchemaCode> {
  const plain = (text: string) => text.replaceAll(/[_-]/g, '').toLowerCase();
  const known = Object.keys(properties);
  const meant = known.find((other) => plain(other) === plain(name) || plain(other).startsWith(plain(name)));
  const hint = meant ? `write ${meant}` : known.length > 0 ? `remove it, or write one of ${known.join(', ')}` : 'remove it';
  return { code: 'MESH001', path: field(path, name), message: 'there is no such field', hint };
}

function askRules(schema: CrdSchema, value: unknown, path: string, report: Report): void {
  const rules = schema['x-kubernetes-validations']?.filter(({ rule }) => !isTransition(rule));
  if (!rules?.length) return;
  const self = celValue(value, schema);
  for (const { rule, message = 'a rule of the CRD fails' } of rules)
    if (!passesRule(rule, self)) report({ code: 'MESH006', path, message, hint: celHint(message) });
}

function hasType({ type }: CrdSchema, value: unknown): boolean {
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isFields(value);
  return typeof value === type;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string' || typeof value === 'number') return `the ${typeof value} ${JSON.stringify(value)}`;
  return article(typeof value);
}

const article = (type = 'value'): string =>
  ({ integer: 'a whole number', object: 'an object', array: 'a list', boolean: 'true or false' })[type] ?? `a ${type}`;
