import type { MeshObject } from '../object.ts';

/** The identifying fields come first; the rest is sorted, so that a diff shows only the change. */
const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
const byRank = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);

/**
 * Objects as YAML documents: the same objects give the same bytes. A library that writes all of YAML takes ten times as long
 * for a large mesh; objects are JSON, whose strings are YAML's double-quoted ones. https://yaml.org/spec/1.2.2/#12-json-schema
 */
export const yamlOf = (objects: readonly MeshObject[]): string => objects.map((object) => `${block(object, '')}\n`).join('---\n');

type Fields = Readonly<Record<string, unknown>>;

/** A value on lines of its own, each behind `indent`; the first without it. */
function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) return listBlock(value, indent);
  return typeof value === 'object' && value !== null ? fieldsBlock(value as Fields, indent) : scalar(value);
}

const listBlock = (items: readonly unknown[], indent: string): string =>
  items.length === 0 ? '[]' : items.map((item) => `- ${block(item ?? null, `${indent}  `)}`).join(`\n${indent}`);

function fieldsBlock(fields: Fields, indent: string): string {
  const keys = Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort(byRank);
  return keys.length === 0 ? '{}' : keys.map((key) => `${scalar(key)}:${field(fields[key], indent)}`).join(`\n${indent}`);
}

function field(value: unknown, indent: string): string {
  const isEmpty = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  const deeper = `${indent}  `;
  return isEmpty ? ` ${block(value, deeper)}` : `\n${deeper}${block(value, deeper)}`;
}

/** Text that no version of YAML takes for something else: a letter or a slash first and no word of a scalar type, or a number with its unit. */
const PLAIN = /^(\d+(ms|s|m|h|Ki|Mi|Gi)|[A-Za-z/][A-Za-z0-9_./@$()+-]*(:[A-Za-z0-9_./@$()+-]+)*)$/;
const WORDS = /^(true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value);
}
