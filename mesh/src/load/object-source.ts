import { PlatformError } from '@mesh-platform/kubernetes';
import { tsPlugin } from '@sveltejs/acorn-typescript';
import { type AnyNode, type Comment, type Node, type ObjectExpression, Parser, type Program, type Property } from 'acorn';

const TypeScript = Parser.extend(tsPlugin());

/** An edit of a source's text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A TypeScript file whose default export is an object literal, or the result of a function that takes one: `export default
 * defineMesh({ … })`. An edit gives another source, in which everything else is byte for byte as it was.
 */
export class ObjectSource {
  readonly text: string;
  readonly #file: string;
  readonly #program: Program;
  /** The text with blanks for comments: what is between two properties of it is white space and a comma. */
  readonly #code: string;

  /** Throws a PlatformError with the place where the text is no TypeScript. */
  constructor(file: string, text: string) {
    this.#file = file;
    this.text = text;
    const comments: Comment[] = [];
    try {
      this.#program = TypeScript.parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true, onComment: comments });
    } catch (error) {
      const { message, loc } = error as SyntaxError & { loc?: { line: number; column: number } };
      throw new PlatformError(
        `${file}:${loc?.line ?? 1} cannot be parsed: ${message.replace(/ \(\d+:\d+\)$/, '')}`,
        `fix the line, then run the command again`,
        { cause: error },
      );
    }
    this.#code = comments.reduce((code, { start, end }) => code.slice(0, start) + ' '.repeat(end - start) + code.slice(end), text);
  }

  /** The object literal of the default export. */
  get exported(): ObjectExpression | undefined {
    const statement = this.#program.body.find(({ type }) => type === 'ExportDefaultDeclaration');
    return statement && this.#literalOf((statement as { declaration?: AnyNode }).declaration);
  }

  #literalOf(node: AnyNode | undefined): ObjectExpression | undefined {
    const value = node && withoutTypes(node);
    if (value?.type === 'ObjectExpression') return value;
    if (value?.type === 'CallExpression') return this.#literalOf(value.arguments[0]);
    return value?.type === 'Identifier' ? this.#literalOf(this.#initialOf(value.name)) : undefined;
  }

  /** What a constant of the file is. */
  #initialOf(name: string): AnyNode | undefined {
    for (const statement of this.#program.body) {
      const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (declared?.type !== 'VariableDeclaration' || declared.kind !== 'const') continue;
      for (const { id, init } of declared.declarations) if (id.type === 'Identifier' && id.name === name) return init ?? undefined;
    }
    return undefined;
  }

  edited(...edits: readonly Edit[]): ObjectSource {
    const ordered = edits.toReversed().toSorted((a, b) => b.start - a.start); // from the end: the places before stay
    const text = ordered.reduce((done, { start, end, text: inserted }) => done.slice(0, start) + inserted + done.slice(end), this.text);
    return new ObjectSource(this.#file, text);
  }

  /** Refuses an edit, because `what` is not `expected` at the line where the place is. */
  refuse(what: string, { start }: Pick<Node, 'start'>, expected: string, hint: string): PlatformError {
    const line = this.text.slice(0, start).split('\n').length;
    return new PlatformError(`${this.#file} does not write out ${what}: line ${line} has no ${expected}`, hint);
  }

  textOf({ start, end }: Pick<Node, 'start' | 'end'>): string {
    return this.text.slice(start, end);
  }

  /** Whether a comment is in it. */
  hasComment({ start, end }: Pick<Node, 'start' | 'end'>): boolean {
    return this.#code.slice(start, end) !== this.text.slice(start, end);
  }

  /** How far from the beginning of its line a place is. */
  column({ start }: Pick<Node, 'start'>): number {
    return start - this.#lineOf(start);
  }

  /** Writes a property after the last one, on a line of its own where that has one. */
  appended(object: ObjectExpression, name: string, value: string): readonly Edit[] {
    const last = object.properties.at(-1);
    const from = last?.end ?? object.start + 1;
    const to = this.text.slice(0, object.end - 1).trimEnd().length;
    const hasComma = this.#code.slice(from, to).includes(',');
    const ownLine = last !== undefined && this.#code.slice(this.#lineOf(last.start), last.start).trim() === '';
    const endsLine = this.text.slice(from, to).includes('//'); // a comment would take a property behind it in
    const indent = ownLine ? this.#indentOf(last) : `${this.#indentOf(object)}  `;
    const property = `${ownLine || endsLine ? `\n${indent}` : ' '}${propertyText(name, value)}`;
    const closing = hasComma && ownLine ? ',' : to === object.end - 1 ? ' ' : '';
    const comma = last && !hasComma ? [{ start: from, end: from, text: ',' }] : [];
    return [...comma, { start: to, end: to, text: property + closing }];
  }

  /** Takes a property out, with its comma and the comments of its lines. */
  without(object: ObjectExpression, property: Property): Edit {
    const index = object.properties.indexOf(property);
    const [before, after] = [object.properties[index - 1], object.properties[index + 1]];
    const next = after?.start ?? object.end - 1;
    const comma = this.#code.slice(property.end, next).indexOf(',');
    const end = comma < 0 ? property.end : property.end + comma + 1;
    const start = this.#lineOf(property.start);
    const lineEnd = this.#code.indexOf('\n', end);
    if (
      lineEnd >= 0 &&
      lineEnd < next &&
      this.#code.slice(start, property.start).trim() === '' &&
      this.#code.slice(end, lineEnd).trim() === ''
    )
      return { start: this.#withCommentsAbove(start, before?.end ?? object.start + 1), end: lineEnd + 1, text: '' };
    if (before) return { start: before.end + this.#code.slice(before.end).indexOf(','), end: property.end, text: '' };
    return { start: property.start, end: after?.start ?? end, text: '' };
  }

  /** Where the lines of comments directly above a line begin, after a place. */
  #withCommentsAbove(line: number, after: number): number {
    const above = this.#lineOf(line - 1);
    const isComment = above > after && this.text.slice(above, line).trim() !== '' && this.#code.slice(above, line).trim() === '';
    return isComment ? this.#withCommentsAbove(above, after) : line;
  }

  /** Where a line begins; a comment of several lines is one. */
  #lineOf(place: number): number {
    return place <= 0 ? 0 : this.#code.lastIndexOf('\n', place - 1) + 1;
  }

  #indentOf({ start }: Pick<Node, 'start'>): string {
    return /^[ \t]*/.exec(this.#code.slice(this.#lineOf(start), start))?.[0] ?? '';
  }
}

/** `{ … } satisfies Spec`, `{ … } as const` and the like without their types. */
function withoutTypes(node: AnyNode): AnyNode {
  const { type, expression } = node as { readonly type: string; readonly expression?: AnyNode };
  return type.startsWith('TS') && expression ? withoutTypes(expression) : node;
}

/** The property of that name, written out; one that a spread brings, or with a computed name, is none. */
export const propertyOf = (object: ObjectExpression, name: string): Property | undefined =>
  object.properties.findLast((property): property is Property => property.type === 'Property' && nameOf(property) === name);

/** The name of a property that is written out. */
export const nameOf = ({ key, computed }: Property): string | undefined => {
  if (key.type === 'Literal') return String(key.value);
  return key.type === 'Identifier' && !computed ? key.name : undefined;
};

/** The value of a property, without its type. */
export const literalValue = (property: Property | undefined): AnyNode | undefined => property && withoutTypes(property.value);

/** The object literal that is the value of a property; undefined where the value is no literal. */
export const objectIn = (object: ObjectExpression | undefined, name: string): ObjectExpression | undefined => {
  const value = object && literalValue(propertyOf(object, name));
  return value?.type === 'ObjectExpression' ? value : undefined;
};

/** A property as it is written. */
export const propertyText = (name: string, value: string): string => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`}: ${value}`;
