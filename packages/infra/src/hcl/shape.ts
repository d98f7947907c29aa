import { blank } from './blank.ts';

/** One line of a body: `name = expression`, or `name "label" { … }`. */
export type Statement =
  | { readonly kind: 'attribute'; readonly name: string; readonly line: number; readonly expression: string }
  | {
      readonly kind: 'block';
      readonly name: string;
      readonly line: number;
      readonly labels: readonly string[];
      readonly body: readonly Statement[];
    };

export type Block = Extract<Statement, { kind: 'block' }>;

/** What `@cdktn/hcl2json` leaves out: whether something is a block or an attribute, and in which line. Expressions come blanked. */
export function shapeOf(source: string): readonly Statement[] {
  return new Reader(source).body();
}

class Reader {
  readonly #source: string;
  readonly #code: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
    this.#code = blank(source);
  }

  body(): readonly Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      this.#skip(/[\s,]/);
      if (this.#at >= this.#code.length || this.#code[this.#at] === '}') {
        this.#at += 1;
        return statements;
      }
      statements.push(this.#statement());
    }
  }

  #statement(): Statement {
    const line = this.#source.slice(0, this.#at).split('\n').length;
    const name = this.#word();
    this.#skip(/[ \t]/);
    if (this.#code[this.#at] === '=') {
      this.#at += 1;
      return { kind: 'attribute', name, line, expression: this.#expression() };
    }
    const labels: string[] = [];
    while (this.#at < this.#code.length && this.#code[this.#at] !== '{') {
      labels.push(this.#label());
      this.#skip(/[ \t]/);
    }
    this.#at += 1;
    return { kind: 'block', name, line, labels, body: this.body() };
  }

  #word(): string {
    const start = this.#at;
    this.#skip(/[\w-]/);
    if (this.#at === start) throw new Error(`HCL cannot be read at: ${this.#source.slice(start, start + 30)}`);
    return this.#source.slice(start, this.#at);
  }

  #label(): string {
    if (this.#code[this.#at] !== '"') return this.#word();
    const end = this.#code.indexOf('"', this.#at + 1);
    const label = this.#source.slice(this.#at + 1, end);
    this.#at = end + 1;
    return label;
  }

  /** Up to the end of the line, or further where a bracket is open. */
  #expression(): string {
    const start = this.#at;
    let depth = 0;
    for (; this.#at < this.#code.length; this.#at += 1) {
      const char = this.#code.charAt(this.#at);
      if ('([{'.includes(char)) depth += 1;
      else if (')]}'.includes(char) && --depth < 0) break;
      else if (char === '\n' && depth === 0) break;
    }
    return this.#code.slice(start, this.#at).trim();
  }

  #skip(characters: RegExp): void {
    while (this.#at < this.#code.length && characters.test(this.#code.charAt(this.#at))) this.#at += 1;
  }
}
