import fc from 'fast-check';

const MAX_SHOWN = 2_000;

/** An input as ASCII, to print in a terminal or copy into a test; the middle of a long one is left out. */
export function escaped(input: unknown): string {
  const text = fc.stringify(input).replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  if (text.length <= MAX_SHOWN) return text;
  const half = MAX_SHOWN / 2;
  return `${text.slice(0, half)} … ${text.length - MAX_SHOWN} characters … ${text.slice(-half)}`;
}
