import type { ScreenLine } from './terminal-screen.ts';

export interface RecordingStyle {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
}

const LINE = 18;
const CHARACTER = 7.8;
const EDGE = 16;
/** A pause of the run is shown as this many seconds at most: long enough to read the lines before it. */
const LONGEST_PAUSE = 1.3;

/** An animated SVG of a terminal: lines appear as they did, pauses shortened, and the screen scrolls. Without animation it shows the last screen. */
export function recordingSvg(lines: readonly ScreenLine[], style: RecordingStyle): string {
  const shown = rowsOf(lines, style.columns);
  const end = (shown.at(-1)?.at ?? 0) + 1;
  const scrolled = (index: number) => Math.max(0, index + 1 - style.rows) * LINE;
  const steps = new Map(shown.map(({ at }, index) => [((at / end) * 100).toFixed(2), scrolled(index)]));
  const motion = `@media (prefers-reduced-motion:no-preference){text{animation:show .01s backwards}g{animation:scroll ${seconds(end)}s step-end}}
@keyframes show{from{opacity:0}}
@keyframes scroll{${[...steps].map(([percent, offset]) => `${percent}%{transform:translateY(-${offset}px)}`).join('')}}
`;
  const texts = shown.flatMap((row, index) => textOf(row, index, `style="animation-delay:${seconds(row.at)}s"`));
  return terminal(style, motion, `<g style="transform:translateY(-${scrolled(shown.length - 1)}px)">\n${texts.join('\n')}\n</g>`);
}

/** The last screen of it, for a reader who wants no motion: a page cannot ask that of an animation in an image. */
export const lastScreenSvg = (lines: readonly ScreenLine[], style: RecordingStyle): string =>
  terminal(
    style,
    '',
    rowsOf(lines, style.columns)
      .slice(-style.rows)
      .flatMap((row, index) => textOf(row, index))
      .join('\n'),
  );

function terminal({ columns, rows, title }: RecordingStyle, motion: string, content: string): string {
  const [width, height] = [Math.round(columns * CHARACTER + 2 * EDGE), rows * LINE + 2 * EDGE];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d1d7e0;white-space:pre}
.c{fill:#fff;font-weight:600}.ok{fill:#56d364}.no{fill:#ff7b72}.dim{fill:#9198a1}
${motion}</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#3d444d"/>
<svg aria-hidden="true" x="${EDGE}" y="${EDGE}" width="${width - 2 * EDGE}" height="${rows * LINE}">
${content}
</svg>
</svg>
`;
}

interface Row {
  readonly text: string;
  /** Seconds after the beginning. */
  readonly at: number;
  readonly kind: string;
}

/** The lines, wrapped between words; each appears in its turn, with no pause beyond the longest. */
function rowsOf(lines: readonly ScreenLine[], columns: number): readonly Row[] {
  let [shown, last] = [0, lines[0]?.at ?? 0];
  return lines.flatMap(({ text, at }) => {
    shown += Math.min(LONGEST_PAUSE, Math.max(0, at - last));
    last = Math.max(last, at);
    return wrapped(text, columns).map((part) => ({ text: part, at: shown, kind: kindOf(text) }));
  });
}

function wrapped(text: string, columns: number): readonly string[] {
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  const parts = [''];
  for (const word of text.split(/(?<=\S)(?= )/)) {
    const part = parts.at(-1) ?? '';
    if (part.length + word.length <= columns || part === '') parts[parts.length - 1] = part + word;
    else parts.push(' '.repeat(indent + 2) + word.trimStart());
  }
  return parts.map((part) => part.slice(0, columns));
}

const textOf = ({ text, kind }: Row, index: number, motion = ''): readonly string[] =>
  text === '' ? [] : [`<text y="${index * LINE + 13}"${kind}${motion && ` ${motion}`}>${escaped(text)}</text>`];

function kindOf(text: string): string {
  if (text.startsWith('$ ')) return ' class="c"';
  if (/^\s*✓/.test(text)) return ' class="ok"';
  if (/^\s*✗/.test(text)) return ' class="no"';
  return text.startsWith('    ') ? ' class="dim"' : '';
}

const seconds = (value: number): string => String(Math.round(value * 100) / 100);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
