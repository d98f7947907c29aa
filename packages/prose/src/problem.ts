/** A place that the prose rules refuse. */
export interface Problem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** What to write. */
  readonly hint: string;
}

/** The line and the column, from 1, of a place in a text. */
export function placeIn(text: string, index: number): Pick<Problem, 'line' | 'column'> {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}
