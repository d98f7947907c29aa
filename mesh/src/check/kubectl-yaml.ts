import { defineScalarTag, FAILSAFE_SCHEMA, load, mergeTag, NOT_RESOLVED, YAMLException } from 'js-yaml';

/** The text of a file: of UTF-16 where it begins with its byte order mark. Throws a YamlError where it is none. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new YamlError(`its bytes are not ${encoding.toUpperCase()}`, 1, { cause: error });
  }
}

/** A document of a text, as it is written. */
export interface Document {
  /** Of its first line with content, from 1. */
  readonly line: number;
  readonly body: string;
}

/** A line that ends a document. Text in a block is indented, so it is never one. */
const SEPARATOR = /^(?:---(?=\s|$)|\.\.\.\s*$)/;
const CONTENT = /^\s*[^#\s%]/;
/** Files that were concatenated have byte order marks between them. */
const BYTE_ORDER_MARK = /^\uFEFF/gm;

/** The documents of a text that have content. JSON values follow one another without a separator. */
export function documentsOf(text: string): readonly Document[] {
  const documents: { line: number; lines: string[] }[] = [{ line: 1, lines: [] }];
  for (const [index, line] of text.replace(BYTE_ORDER_MARK, '').split(/\r?\n/).entries()) {
    if (SEPARATOR.test(line)) documents.push({ line: index + 1, lines: [line.slice('---'.length)] });
    else documents.at(-1)?.lines.push(line);
  }
  return documents.flatMap(({ line, lines }) => {
    const first = lines.findIndex((text) => CONTENT.test(text));
    return first < 0 ? [] : jsonValues({ line: line + first, body: lines.slice(first).join('\n') });
  });
}

const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/** The values of a stream of JSON; the document as it is where it is none. */
function jsonValues(document: Document): readonly Document[] {
  const { line, body } = document;
  if (!/^\s*[{[]/.test(body)) return [document];
  const values: Document[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: token, index } of body.matchAll(STRING_OR_BRACKET)) {
    if (token.startsWith('"')) continue;
    depth += token === '{' || token === '[' ? 1 : -1;
    if (depth !== 0) continue;
    const begin = start + body.slice(start).search(/\S/);
    values.push({ line: line + count(body.slice(0, begin), '\n'), body: body.slice(begin, index + 1) });
    start = index + 1;
  }
  const isStream = values.length > 1 && body.slice(start).trim() === '' && values.every(({ body: value }) => /^[{[]/.test(value));
  return isStream ? values : [document];
}

const count = (text: string, what: string): number => text.split(what).length - 1;

/** The reason why a document is not YAML, and the line. */
export class YamlError extends Error {
  readonly line: number;

  constructor(reason: string, line: number, options: ErrorOptions) {
    super(reason, options);
    this.line = line;
  }
}

/** Places of one document whose white space may be changed: each costs another reading. */
const MAX_CHANGES = 100;
const MAX_CHANGED_LENGTH = 5_000_000;

/**
 * The value of a document, as kubectl reads it (sigs.k8s.io/yaml, go.yaml.in/yaml/v2). Throws a YamlError.
 * Between brackets and in quotes libyaml looks neither at indentation nor at tabs. There white space is changed, which changes no value.
 */
export function loadDocument({ body, line }: Document): unknown {
  const lines = withColons(body).split('\n');
  for (let changes = 0; ; changes++) {
    try {
      return load(lines.join('\n'), { schema: SCHEMA });
    } catch (error) {
      const { reason, mark } = error instanceof YAMLException ? error : { reason: String(error), mark: undefined };
      const isBounded = changes < MAX_CHANGES && changes * body.length < MAX_CHANGED_LENGTH;
      if (reason !== 'deficient indentation' || !mark || !isBounded || !respace(lines, mark))
        throw new YamlError(reason, line + (mark?.line ?? 0), { cause: error });
    }
  }
}

/** Moves the beginning of a line to the right of everything before it, or makes spaces of the tabs before a place; false where that is no help. */
function respace(lines: string[], { line, column }: { readonly line: number; readonly column: number }): boolean {
  const [text = '', above] = [lines[line], lines.slice(0, line)];
  const before = text.slice(0, column);
  const indent = Math.max(0, ...above.map((one) => /^[\s?:-]*/.exec(one)?.[0].length ?? 0)) + 2;
  const near = before.replace(/\s+$/, (space) => ' '.repeat(space.length));
  const spaced = near === before && !/["']/.test(before) ? before.replaceAll('\t', ' ') : near; // a tab in quotes is text
  const changed = before.trim() === '' ? ' '.repeat(indent) : spaced;
  if (changed === before || changed.length < before.length) return false;
  lines[line] = changed + text.slice(column);
  return true;
}

/** Stands for a colon until strings are made: of the private use area. */
const COLON = '\uE03A';

/** In `[2001:db8::]` libyaml reads the last colon as part of the word, and YAML 1.2 as the end of a key. */
const withColons = (body: string): string => (body.includes(COLON) ? body : body.replace(/(?<=[^\s"'[\]{},]):(?=[,\]}])/g, COLON));

/** Words as goyaml resolves them: https://github.com/yaml/go-yaml/blob/v2.4.0/resolve.go */
const wordTag = <T>(name: string, values: ReadonlyMap<string, T>) =>
  defineScalarTag<T>(`tag:yaml.org,2002:${name}`, {
    implicit: true,
    implicitFirstChars: [...new Set([...values.keys()].map((word) => word.charAt(0)))],
    resolve: (source) => (values.has(source) ? (values.get(source) as T) : NOT_RESOLVED),
    identify: () => false,
  });

const inThreeCases = (...words: readonly string[]): readonly string[] =>
  words.flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()]);

const NULLS = new Map(['', '~', ...inThreeCases('null')].map((word) => [word, null]));
// Not `y` and `n`, which goyaml resolves too: they are names, as in `namespace: y`, and no field of these kinds is written so.
const BOOLEANS = new Map([
  ...inThreeCases('yes', 'true', 'on').map((word) => [word, true] as const),
  ...inThreeCases('no', 'false', 'off').map((word) => [word, false] as const),
]);

const INTEGER = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const SPECIAL = new Map([
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
]);

/** `0777` and `0o777` are octal, `0x1F` and `0b11` are numbers, `1_000` is one; `1:30` is text, as is a date. */
function numberOf(source: string): number | typeof NOT_RESOLVED {
  const special = SPECIAL.get(source);
  if (special !== undefined) return special;
  const plain = source.startsWith('.') ? source : source.replaceAll('_', '');
  const [, sign, digits] = INTEGER.exec(plain) ?? [];
  if (digits !== undefined) return Number(digits.replace(/^0[oO]?(?=[0-7])/, '0o')) * (sign === '-' ? -1 : 1) + 0;
  const value = FLOAT.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : NOT_RESOLVED;
}

const numberTag = (name: string, isImplicit: boolean) =>
  defineScalarTag<number>(`tag:yaml.org,2002:${name}`, {
    implicit: isImplicit,
    implicitFirstChars: [...'+-.0123456789'],
    resolve: numberOf,
    identify: () => false,
  });

const textTag = defineScalarTag<string>('tag:yaml.org,2002:str', {
  resolve: (source) => source.replaceAll(COLON, ':'),
  identify: () => false,
});

const SCHEMA = FAILSAFE_SCHEMA.withTags(
  textTag,
  wordTag('null', NULLS),
  wordTag('bool', BOOLEANS),
  numberTag('int', true),
  numberTag('float', false),
  mergeTag,
);
