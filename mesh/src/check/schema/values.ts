import { kept } from '../../kept.ts';
import type { CrdSchema } from './crd-schema.ts';
import type { Problem } from './violation.ts';

/** The bounds that a scalar's value, or the size of a list or an object, violates. */
export function brokenBounds(schema: CrdSchema, value: unknown): readonly Problem[] {
  if (typeof value === 'number') return [...range(schema, value), ...integer(schema, value)];
  if (typeof value === 'string') return [...length(schema, value), ...shape(schema, value)];
  if (Array.isArray(value)) return size(schema.minItems, schema.maxItems, value.length, 'items');
  if (typeof value === 'object' && value !== null)
    return size(schema.minProperties, schema.maxProperties, Object.keys(value).length, 'fields');
  return [];
}

function range({ minimum, maximum }: CrdSchema, value: number): readonly Problem[] {
  if (minimum !== undefined && value < minimum) return [{ message: `${value} is too small`, hint: `write ${minimum} or more` }];
  if (maximum !== undefined && value > maximum) return [{ message: `${value} is too large`, hint: `write ${maximum} or less` }];
  return [];
}

const INT32 = 2 ** 31;

function integer({ format }: CrdSchema, value: number): readonly Problem[] {
  if (format !== 'int32' || (value >= -INT32 && value < INT32)) return [];
  return [{ message: `${value} does not fit into 32 bits`, hint: `write a number between ${-INT32} and ${INT32 - 1}` }];
}

function size(minimum: number | undefined, maximum: number | undefined, count: number, of: string): readonly Problem[] {
  if (minimum !== undefined && count < minimum) return [{ message: `it has ${count} ${of}`, hint: `give it at least ${minimum}` }];
  if (maximum !== undefined && count > maximum) return [{ message: `it has ${count} ${of}`, hint: `give it at most ${maximum}` }];
  return [];
}

function length({ minLength, maxLength }: CrdSchema, value: string): readonly Problem[] {
  return minLength === undefined && maxLength === undefined ? [] : size(minLength, maxLength, [...value].length, 'characters');
}

const patterns = new Map<string, RegExp>();
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function shape({ pattern, format }: CrdSchema, value: string): readonly Problem[] {
  if (format === 'byte' && !BASE64.test(value)) return [{ message: `'${value}' is not base64`, hint: 'encode the bytes as base64' }];
  if (pattern === undefined) return [];
  const known = kept(patterns, pattern, () => new RegExp(pattern, 'u'));
  return known.test(value) ? [] : [{ message: `'${value}' has not the form it must have`, hint: `write what matches ${pattern}` }];
}
