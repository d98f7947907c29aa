import fc from 'fast-check';

const MAX_SHOWN = 2_000;

/** An input as ASCII that a terminal shows and a test can take over; its middle is left out where it is long. */
export function escaped(input: unknown): string {
  const text = fc.stringify(input).replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  if (text.length <= MAX_SHOWN) return text;
  const half = MAX_SHOWN / 2;
  return `${text.slice(0, half)} … ${text.length - MAX_SHOWN} characters … ${text.slice(-half)}`;
}
