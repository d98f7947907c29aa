import { Environment } from '@marcbachmann/cel-js';
import { kept } from '../../kept.ts';
import { type CrdSchema, fieldSchema } from './crd-schema.ts';
import { urlScheme } from './url.ts';

/** Kubernetes' own addition to CEL. https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library */
class Url {
  readonly scheme: string;
  constructor(text: string) {
    const scheme = urlScheme(text);
    const isPath = text.startsWith('//') && urlScheme(`http:${text}`) === undefined; // the server reads it a second time, as a host
    if (scheme === undefined || isPath) throw new Error(`'${text}' is no URL`);
    this.scheme = scheme;
  }
}

const environment = new Environment({ enableOptionalTypes: true })
  .registerVariable('self', 'dyn')
  .registerType('Url', { ctor: Url, fields: {} })
  .registerFunction('url(string): Url', (text: string) => new Url(text))
  .registerFunction('isURL(string): bool', (text: string) => urlScheme(text) !== undefined)
  .registerFunction('Url.getScheme(): string', (url: Url) => url.scheme);

const compiled = new Map<string, (variables: { self: unknown }) => unknown>();

/** Whether a value passes a CEL rule; a rule that cannot be evaluated fails, as in the API server. */
export function passesRule(rule: string, self: unknown): boolean {
  const evaluate = kept(compiled, rule, () => environment.parse(rule));
  try {
    return evaluate({ self }) === true;
  } catch {
    return false;
  }
}

/** A transition rule compares two versions of an object, and does not apply to a single one. */
export const isTransition = (rule: string): boolean => /\boldSelf\b/.test(rule);

/** A value as rules see it: numbers of type integer are integers of CEL. */
export function celValue(value: unknown, schema: CrdSchema): unknown {
  if (typeof value === 'number') return schema.type === 'integer' ? BigInt(value) : value;
  if (Array.isArray(value)) return schema.items ? value.map((each) => celValue(each, schema.items ?? {})) : value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(entries.map(([name, field]) => [name, celValue(field, fieldSchema(schema, name) ?? {})]));
}
