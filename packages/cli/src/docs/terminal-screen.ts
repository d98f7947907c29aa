/** Bytes of a terminal with the time at which they came, in seconds. */
export interface Chunk {
  readonly at: number;
  readonly text: string;
}

/** A line as it stays, and when its text was complete. */
export interface ScreenLine {
  readonly text: string;
  readonly at: number;
}

const ESCAPE = '\u001b';
const TOKEN = new RegExp(`${ESCAPE}\\[([\\d;?]*)([A-Za-z])|\\r|\\n|[^\\r\\n${ESCAPE}]+|${ESCAPE}`, 'g');

/**
 * What a terminal shows after all chunks: it follows line feeds, returns, cursor up (`A`), and erasure to the end of line (`K`) or screen (`J`), which is
 * what `./platform` writes. Colours are dropped.
 */
export function screenOf(chunks: readonly Chunk[]): readonly ScreenLine[] {
  const lines: { text: string; at: number }[] = [];
  let [row, column] = [0, 0];
  const lineAt = (at: number) => {
    const line = lines[row] ?? { text: '', at };
    lines[row] = line;
    return line;
  };
  for (const { at, text } of chunks)
    for (const [token, count = '', command] of text.matchAll(TOKEN)) {
      const line = lineAt(at);
      if (token === '\n') row++;
      if (token === '\n' || token === '\r') column = 0;
      else if (command === 'A') row = Math.max(0, row - Number(count || 1));
      else if (command === 'J') lines.length = row + 1;
      if (command === 'J' || command === 'K') line.text = line.text.slice(0, column);
      if (command || /^[\r\n]$/.test(token) || token === ESCAPE) continue;
      line.text = line.text.slice(0, column).padEnd(column) + token + line.text.slice(column + token.length);
      line.at = at;
      column += token.length;
    }
  while (lines.at(-1)?.text.trim() === '') lines.pop();
  return Array.from(lines, ({ text, at }) => ({ text: text.trimEnd(), at }));
}
