import { expect, it } from 'vitest';
import type { Rule } from './aws-data.ts';
import { complaintOf, UNKNOWN } from './rule.ts';

const POSTGRES_CLASSES = JSON.parse(
  '{ "if": { "properties": { "Engine": { "const": "postgres" } } }, "then": { "properties": { "Class": { "enum": ["db.y"] } } } }',
) as Rule;

it.each<[string, unknown, Rule, string | undefined]>([
  ['a value that an enum lists', 'gp3', { enum: ['gp2', 'gp3'] }, undefined],
  ['a value that an enum does not list', 'gp9', { enum: ['gp2', 'gp3'] }, ' gp9: expected gp2, gp3'],
  ['a number below the least', 3, { minimum: 7 }, ' 3: expected 7 or more'],
  ['a number above the most', '31', { maximum: 30 }, ' 31: expected 30 or less'],
  ['a text that is too long', 'abc', { maxLength: 2 }, ' abc: expected 2 characters or less'],
  ['a text of another form', 'a b', { pattern: '^\\w+$' }, ' a b: expected a text like ^\\w+$'],
  ['a pattern that JavaScript does not know', 'a', { pattern: '(?<![' }, undefined],
  ['a member that is missing', {}, { required: ['A'] }, 'A is required'],
  ['a member that only a plan knows', { A: UNKNOWN }, { required: ['A'], properties: { A: { enum: ['x'] } } }, undefined],
  ['a member that must not be given', { A: 1 }, { properties: { A: false } }, 'A must not be given'],
  ['a condition that is true', { Engine: 'postgres', Class: 'db.x' }, POSTGRES_CLASSES, 'Class db.x: expected db.y'],
  ['a condition that is false', { Engine: 'mysql', Class: 'db.x' }, POSTGRES_CLASSES, undefined],
  ['one of several forms', 'b', { anyOf: [{ const: 'a' }, { const: 'b' }] }, undefined],
  ['none of several forms', 'c', { anyOf: [{ const: 'a' }, { const: 'b' }] }, ' c: expected a'],
])('judges %s', (_, value, rule, expected) => {
  expect(complaintOf(value, rule)).toBe(expected);
});
