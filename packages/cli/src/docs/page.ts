import { readFileSync } from 'node:fs';

/** A place of a page: a line of it, and what stands there. */
export interface Place {
  readonly line: number;
  readonly text: string;
}

/** A block between fences. */
export interface Block {
  readonly language: string;
  readonly lines: readonly Place[];
}

/** The parts of a Markdown page that name something outside of it. */
export interface Page {
  /** Targets of links, images and `src` attributes. */
  readonly links: readonly Place[];
  /** Texts between backticks, outside of blocks. */
  readonly codes: readonly Place[];
  readonly blocks: readonly Block[];
  /** The anchors of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
}

const FENCE = /^\s*(`{3,})(\w*)/;
const LINK = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)|\b(?:src|srcset|href)="([^"]+)"/g;
const CODE = /(`+)([^`]+)\1/g;

export const readPage = (file: string): Page => parsePage(readFileSync(file, 'utf8'));

/** Reads a page line by line: no link and no code of these pages goes over the end of a line. */
export function parsePage(text: string): Page {
  const [links, codes, blocks, headings]: [Place[], Place[], Block[], string[]] = [[], [], [], []];
  let fence = '';
  let block: Place[] = [];
  for (const [index, source] of text.split('\n').entries()) {
    const line = index + 1;
    const [, ticks, language = ''] = FENCE.exec(source) ?? [];
    if (fence === '' && ticks) {
      fence = ticks;
      block = [];
      blocks.push({ language, lines: block });
    } else if (fence !== '') {
      if (source.trim() === fence) fence = '';
      else block.push({ line, text: source });
    } else {
      const prose = source.replace(CODE, (_, ticks: string, code: string) => `${ticks}${' '.repeat(code.length)}${ticks}`);
      for (const [, link, source] of prose.matchAll(LINK)) links.push({ line, text: link ?? source ?? '' });
      for (const [, , code = ''] of source.matchAll(CODE)) codes.push({ line, text: code });
      const heading = /^#{1,6}\s+(.*)$/.exec(source)?.[1];
      if (heading) headings.push(heading);
    }
  }
  return { links, codes, blocks, anchors: anchorsOf(headings) };
}

/** https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
function anchorsOf(headings: readonly string[]): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = headings.map((heading) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}
