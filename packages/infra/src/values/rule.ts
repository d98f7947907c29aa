import type { Rule } from './aws-data.ts';

/** Something is given that only a plan knows. */
export const UNKNOWN = Symbol('known after apply');

/** Why a value breaks a rule of a JSON schema, undefined where it does not. Numbers and booleans may stand as text, as in Terraform. */
export function complaintOf(value: unknown, rule: Rule, path = ''): string | undefined {
  if (typeof rule === 'boolean') return rule || value === undefined ? undefined : `${path} must not be given`;
  if (value === undefined || value === UNKNOWN) return undefined;
  return scalar(value, rule, path) ?? members(value, rule, path) ?? combined(value, rule, path);
}

type Fields = Exclude<Rule, boolean>;

function scalar(value: unknown, rule: Fields, path: string): string | undefined {
  if (typeof value === 'object') return undefined;
  const text = String(value);
  if (rule.enum && !rule.enum.some((one) => String(one) === text)) return `${path} ${text}: expected ${listed(rule.enum)}`;
  if (rule.const !== undefined && String(rule.const) !== text) return `${path} ${text}: expected ${rule.const}`;
  if (rule.pattern !== undefined && !matches(rule.pattern, text)) return `${path} ${text}: expected a text like ${rule.pattern}`;
  if (rule.minimum !== undefined && Number(value) < rule.minimum) return `${path} ${text}: expected ${rule.minimum} or more`;
  if (rule.maximum !== undefined && Number(value) > rule.maximum) return `${path} ${text}: expected ${rule.maximum} or less`;
  if (rule.minLength !== undefined && text.length < rule.minLength) return `${path} ${text}: expected ${rule.minLength} characters or more`;
  if (rule.maxLength !== undefined && text.length > rule.maxLength) return `${path} ${text}: expected ${rule.maxLength} characters or less`;
  return undefined;
}

function members(value: unknown, { properties = {}, required = [] }: Fields, path: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  const missing = required.find((name) => given[name] === undefined);
  if (missing !== undefined) return `${path}${missing} is required`;
  return firstOf(Object.entries(properties).map(([name, rule]) => complaintOf(given[name], rule, name)));
}

function combined(value: unknown, rule: Fields, path: string): string | undefined {
  const all = firstOf((rule.allOf ?? []).map((one) => complaintOf(value, one, path)));
  if (all !== undefined) return all;
  const some = rule.anyOf?.map((one) => complaintOf(value, one, path));
  if (some?.every((one) => one !== undefined)) return some[0];
  if (rule.if === undefined) return undefined;
  const branch = complaintOf(onlyKnown(value), rule.if, path) === undefined ? rule.then : rule.else;
  return branch === undefined ? undefined : complaintOf(value, branch, path);
}

/** A condition is true only for known values. */
const onlyKnown = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== UNKNOWN))
    : value;

/** A pattern of AWS's, which JavaScript may not know: such a pattern is ignored. A pattern of an API means the whole text. */
export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

const MOST_LISTED = 8;
const listed = (values: readonly unknown[]): string =>
  values.length > MOST_LISTED ? `one of ${values.length} values such as ${values.slice(0, MOST_LISTED).join(', ')}` : values.join(', ');

const firstOf = (complaints: readonly (string | undefined)[]): string | undefined => complaints.find((one) => one !== undefined);
