import type { ScreenLine } from './terminal-screen.ts';

export interface RecordingStyle {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
}

const LINE = 18;
const CHARACTER = 7.8;
const EDGE = 16;
/** A pause of the run is shown as this many seconds at most. */
const LONGEST_PAUSE = 0.6;

/** An animated SVG of a terminal: lines appear as they did, pauses shortened, and the screen scrolls. Without animation it shows the last screen. */
export function recordingSvg(lines: readonly ScreenLine[], { columns, rows, title }: RecordingStyle): string {
  const times = shownAt(lines);
  const end = (times.at(-1) ?? 0) + 1;
  const [width, height] = [Math.round(columns * CHARACTER + 2 * EDGE), rows * LINE + 2 * EDGE];
  const scrolled = (index: number) => Math.max(0, index + 1 - rows) * LINE;
  const steps = lines
    .map((_, index) => ({ percent: ((times[index] ?? 0) / end) * 100, offset: scrolled(index) }))
    .filter(({ offset }, index, all) => offset !== all[index - 1]?.offset);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d1d7e0;white-space:pre}
.c{fill:#fff;font-weight:600}.ok{fill:#56d364}.no{fill:#ff7b72}.dim{fill:#9198a1}
@media (prefers-reduced-motion:no-preference){text{animation:show .01s backwards}g g{animation:scroll ${seconds(end)}s step-end}}
@keyframes show{from{opacity:0}}
@keyframes scroll{${steps.map(({ percent, offset }) => `${percent.toFixed(2)}%{transform:translateY(-${offset}px)}`).join('')}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<svg x="${EDGE}" y="${EDGE}" width="${width - 2 * EDGE}" height="${rows * LINE}"><g><g style="transform:translateY(-${scrolled(lines.length - 1)}px)">
${lines
  .map(({ text }, index) => lineOf(text.slice(0, columns), index, times[index] ?? 0))
  .filter(Boolean)
  .join('\n')}
</g></g></svg>
</svg>
`;
}

/** When each line appears: in the order of the lines, with no pause beyond the longest. */
function shownAt(lines: readonly ScreenLine[]): readonly number[] {
  let [shown, last] = [0, lines[0]?.at ?? 0];
  return lines.map(({ at }) => {
    shown += Math.min(LONGEST_PAUSE, Math.max(0, at - last));
    last = Math.max(last, at);
    return shown;
  });
}

const lineOf = (text: string, index: number, at: number): string =>
  text === '' ? '' : `<text y="${index * LINE + 13}"${classOf(text)} style="animation-delay:${seconds(at)}s">${escaped(text)}</text>`;

function classOf(text: string): string {
  if (text.startsWith('$ ')) return ' class="c"';
  if (/^\s*✓/.test(text)) return ' class="ok"';
  if (/^\s*✗/.test(text)) return ' class="no"';
  return text.startsWith('    ') ? ' class="dim"' : '';
}

const seconds = (value: number): string => String(Math.round(value * 100) / 100);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
