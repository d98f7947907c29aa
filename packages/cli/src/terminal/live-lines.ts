import { stripVTControlCharacters, styleText } from 'node:util';

/** Lines at the bottom of a terminal, which the next drawing replaces. */
export class LiveLines {
  readonly #stream: NodeJS.WriteStream;
  #drawn: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** The columns of the terminal; 0 without a terminal, or where its width is not known, so that nothing can be replaced. */
  get columns(): number {
    const { isTTY, columns } = this.#stream;
    return isTTY && process.env.TERM !== 'dumb' ? columns || Number(process.env.COLUMNS) || 0 : 0;
  }

  draw(lines: readonly string[]): void {
    this.erase();
    this.#stream.write(lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines;
  }

  /** A terminal that became narrower has wrapped what was drawn. */
  erase(): void {
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / this.columns)), 0);
    if (rows > 0) this.#stream.write(`\u001b[${rows}A\u001b[J`);
    this.#drawn = [];
  }
}

const widthOf = (line: string): number => [...stripVTControlCharacters(line)].length;

const COLOURS = { '✓': 'green', '✗': 'red', '–': 'gray', '·': 'gray' } as const;
export type Mark = keyof typeof COLOURS;

/** The mark of a state, in its colour where the stream shows colours: NO_COLOR and FORCE_COLOR are honoured. */
export const marked = (mark: Mark, stream: NodeJS.WritableStream = process.stdout): string => styleText(COLOURS[mark], mark, { stream });
