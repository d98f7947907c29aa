import { RE2JS } from 're2js';
import { kept } from '../kept.ts';
import { fields, text } from './fields.ts';

/** How a VirtualService compares a value; `present` asks for no value. */
export interface StringMatch {
  readonly kind: 'exact' | 'prefix' | 'regex' | 'present';
  readonly value: string;
}

export function readStringMatch(value: unknown): StringMatch {
  const match = fields(value);
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const wanted = text(match[kind]);
    if (wanted !== undefined) return { kind, value: wanted };
  }
  return { kind: 'present', value: '' };
}

export const readStringMatches = (value: unknown): ReadonlyMap<string, StringMatch> =>
  new Map(Object.entries(fields(value)).map(([key, match]) => [key, readStringMatch(match)]));

const compiled = new Map<string, RE2JS | undefined>();

/** Envoy's own syntax, RE2; undefined where the expression is none. */
const expressionOf = (text: string): RE2JS | undefined => kept(compiled, text, () => compile(text));

function compile(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text);
  } catch {
    return undefined;
  }
}

export function stringMatches({ kind, value }: StringMatch, actual: string, ignoreCase = false): boolean {
  const fold = (one: string) => (ignoreCase ? one.toLowerCase() : one);
  if (kind === 'exact') return fold(actual) === fold(value);
  if (kind === 'prefix') return fold(actual).startsWith(fold(value));
  return kind === 'present' || (expressionOf(value)?.matches(actual) ?? false); // the whole value, as Envoy does
}
