import { describe, expect, it } from 'vitest';
import type { CrdSchema } from './crd-schema.ts';
import { schemaViolations } from './structural.ts';

const codes = (schema: CrdSchema, value: unknown) => schemaViolations(schema, value, 'spec').map(({ code, path }) => `${code} ${path}`);
const rules = (...all: string[]) => ({ 'x-kubernetes-validations': all.map((rule) => ({ rule, message: rule })) });

describe('a schema', () => {
  it('rejects a duplicate element of a set', () => {
    const schema: CrdSchema = { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' };
    expect(codes(schema, ['a', 'b', 'a'])).toEqual(['MESH009 spec[2]']);
    expect(codes(schema, ['a', 'b'])).toEqual([]);
  });

  it('rejects an object that matches none of its alternatives', () => {
    const schema: CrdSchema = { type: 'object', properties: { a: {}, b: {} }, oneOf: [{ required: ['a'] }, { required: ['b'] }] };
    expect(codes(schema, {})).toEqual(['MESH007 spec']);
    expect(codes(schema, { a: 1 })).toEqual([]);
  });

  it('skips transition rules', () => {
    expect(codes({ type: 'string', ...rules('self == oldSelf') }, 'a')).toEqual([]);
  });

  it('skips the rules of a value with a wrong type', () => {
    const schema: CrdSchema = { type: 'object', properties: { port: { type: 'integer' } }, ...rules('self.port > 0') };
    expect(codes(schema, { port: 'http' })).toEqual(['MESH002 spec.port']);
    expect(codes(schema, { port: 0 })).toEqual(['MESH006 spec']);
    expect(codes(schema, { port: 1 })).toEqual([]);
  });

  it('gives rules the whole numbers and the fractions that the schema knows', () => {
    const schema: CrdSchema = {
      type: 'object',
      properties: { counts: { type: 'array', items: { type: 'integer' } }, weight: { type: 'number' } },
      ...rules('self.counts.all(count, count % 2 == 0)', 'self.weight < 0.5'),
    };
    expect(codes(schema, { counts: [2, 4], weight: 0.25 })).toEqual([]);
    expect(codes(schema, { counts: [2, 3], weight: 0.75 })).toEqual(['MESH006 spec', 'MESH006 spec']);
  });

  it('rejects a value on which a rule cannot be evaluated', () => {
    expect(codes({ type: 'object', properties: { a: {} }, ...rules('self.a == 1') }, {})).toEqual(['MESH006 spec']);
  });

  it('forgets null, except where null is a value', () => {
    const schema: CrdSchema = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string' }, b: { type: 'string', nullable: true } },
    };
    expect(codes(schema, { a: null, b: null })).toEqual(['MESH003 spec.a']);
    expect(codes(schema, { a: 'x', b: null })).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString'])('rejects the field %s, which every JavaScript object has', (name) => {
    const value = JSON.parse(`{"spec":{"${name}":{"a":1}}}`).spec;
    expect(codes({ type: 'object', properties: { a: {} }, ...rules('true') }, value)).toEqual([`MESH001 spec.${name}`]);
  });

  it('suggests the field that was meant', () => {
    const schema: CrdSchema = { type: 'object', properties: { perTryTimeout: {}, attempts: {} } };
    expect(schemaViolations(schema, { per_try_timeout: '1s' }, 'spec')[0]?.hint).toBe('write perTryTimeout');
    expect(schemaViolations(schema, { perTry: '1s' }, 'spec')[0]?.hint).toBe('write perTryTimeout');
    expect(schemaViolations(schema, { banana: 1 }, 'spec')[0]?.hint).toBe('remove it, or write one of perTryTimeout, attempts');
  });
});
