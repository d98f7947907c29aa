type Mode = { readonly in: 'code'; readonly interpolation: boolean; braces: number } | { readonly in: 'string' };

/**
 * HCL without what may look like code and is none, as long as the source and line for line: comments, strings and here-documents
 * are spaces, `${` and its `}` are brackets. Its structure and its references can then be read with plain scanning.
 */
export function blank(source: string): string {
  const scanner = new Scanner(source);
  while (scanner.more()) scanner.step();
  return scanner.result();
}

class Scanner {
  readonly #source: string;
  readonly #out: string[];
  readonly #modes: Mode[] = [{ in: 'code', interpolation: false, braces: 0 }];
  #at = 0;

  constructor(source: string) {
    this.#source = source;
    this.#out = source.split('');
  }

  more = (): boolean => this.#at < this.#source.length;
  result = (): string => this.#out.join('');

  step(): void {
    const mode = this.#modes.at(-1);
    if (mode?.in === 'string') this.#inString();
    else if (mode) this.#inCode(mode);
  }

  #inCode(mode: Mode & { in: 'code' }): void {
    const rest = this.#source.slice(this.#at, this.#at + 2);
    const heredoc = rest === '<<' ? /^<<-?([A-Za-z_]\w*)\r?\n/.exec(this.#source.slice(this.#at, this.#at + 80)) : null;
    if (heredoc) this.#skipHeredoc(heredoc[0].length, heredoc[1] ?? '');
    else if (rest.startsWith('#') || rest === '//') this.#hideUntil(this.#source.indexOf('\n', this.#at));
    else if (rest === '/*') this.#hideUntil(this.#source.indexOf('*/', this.#at) + 2);
    else this.#codeCharacter(mode, rest.charAt(0));
  }

  #codeCharacter(mode: Mode & { in: 'code' }, char: string): void {
    if (char === '"') this.#modes.push({ in: 'string' });
    if (char === '{') mode.braces += 1;
    if (char === '}' && mode.interpolation && mode.braces === 0) {
      this.#out[this.#at] = ')';
      this.#modes.pop();
    } else if (char === '}') mode.braces -= 1;
    this.#at += 1;
  }

  #inString(): void {
    const two = this.#source.slice(this.#at, this.#at + 2);
    if (two.startsWith('"')) {
      this.#modes.pop();
      this.#at += 1;
    } else if (two.startsWith('\\') || this.#source.startsWith('$${', this.#at) || this.#source.startsWith('%%{', this.#at)) {
      this.#hideUntil(this.#at + (two.startsWith('\\') ? 2 : 3));
    } else if (two === '${' || two === '%{') {
      this.#out[this.#at] = ' ';
      this.#out[this.#at + 1] = '(';
      this.#modes.push({ in: 'code', interpolation: true, braces: 0 });
      this.#at += 2;
    } else this.#hideUntil(this.#at + 1);
  }

  #skipHeredoc(opening: number, marker: string): void {
    const end = new RegExp(`^[ \\t]*${marker}[ \\t]*$`, 'm').exec(this.#source.slice(this.#at + opening));
    this.#hideUntil(end ? this.#at + opening + end.index + end[0].length : this.#source.length);
  }

  /** Spaces in the place of everything up to `end`; line ends stay. An `end` that was not found is the end of the source. */
  #hideUntil(end: number): void {
    const stop = end < this.#at ? this.#source.length : end;
    for (; this.#at < stop; this.#at += 1) if (this.#source[this.#at] !== '\n') this.#out[this.#at] = ' ';
  }
}
