import { type Fields, fields, text } from './loose.ts';

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
  new Map(Object.entries((value as Fields | undefined) ?? {}).map(([key, match]) => [key, readStringMatch(match)]));

/** RE2 as Envoy reads it: the whole value must match. Undefined where the expression is none that both understand. */
function wholeMatch(expression: string): RegExp | undefined {
  const insensitive = expression.startsWith('(?i)');
  try {
    return new RegExp(`^(?:${insensitive ? expression.slice(4) : expression})$`, insensitive ? 'is' : 's');
  } catch {
    return undefined;
  }
}

export function stringMatches({ kind, value }: StringMatch, actual: string, ignoreCase = false): boolean {
  const fold = (one: string) => (ignoreCase ? one.toLowerCase() : one);
  if (kind === 'exact') return fold(actual) === fold(value);
  if (kind === 'prefix') return fold(actual).startsWith(fold(value));
  return kind === 'present' || (wholeMatch(value)?.test(actual) ?? false);
}
