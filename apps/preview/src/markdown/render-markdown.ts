import MarkdownIt from 'markdown-it';
import { escapeHtml, Html } from '../html/html.js';
import { highlight } from './highlight.js';

export interface Heading {
  id: string;
  /** From 2: the page's own heading is the first. */
  level: number;
  text: string;
}

export interface RenderedMarkdown {
  html: Html;
  headings: readonly Heading[];
  words: number;
}

type Tokens = ReturnType<typeof engine.parse>;

const LINK_RELATION = 'noopener noreferrer nofollow ugc';
// Highlighted characters of one document: its reader waits for all of them.
const MAX_HIGHLIGHTED = 64 * 1024;

/** The markup of code blocks whose language is known. */
const highlighted = new WeakMap<object, string>();

const engine = new MarkdownIt({ html: false, linkify: true });
engine.validateLink = (url) => /^(https?:\/\/|mailto:)/i.test(url);

engine.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', LINK_RELATION);
  return self.renderToken(tokens, index, options);
};

// The page loads nothing from elsewhere, so an image is a link to it: whoever wants to see it goes there.
engine.renderer.rules.image = (tokens, index) => {
  const image = tokens[index];
  const words = escapeHtml(image?.content || 'image');
  if (insideLink(tokens, index)) return words;
  const source = escapeHtml(String(image?.attrGet('src') ?? ''));
  return `<a class="image" href="${source}" rel="${LINK_RELATION}">${words}</a>`;
};

// What is wider than its column scrolls by itself, and by keyboard.
engine.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table>';
engine.renderer.rules.table_close = () => '</table></div>';
engine.renderer.rules.code_block = (tokens, index) => codeBlock(escapeHtml(tokens[index]?.content ?? ''));
engine.renderer.rules.fence = (tokens, index) => {
  const token = tokens[index];
  return token ? codeBlock(highlighted.get(token) ?? escapeHtml(token.content)) : '';
};

const codeBlock = (markup: string): string => `<pre tabindex="0"><code>${markup}</code></pre>\n`;

// The nearest of the two decides; looking no further keeps a text of a thousand images fast.
function insideLink(tokens: Tokens, index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const type = tokens[at]?.type;
    if (type === 'link_open' || type === 'link_close') return type === 'link_open';
  }
  return false;
}

/** A document's body as markup: no HTML of the author's, no images, links to http, https and mailto alone. */
export function renderMarkdown(source: string): RenderedMarkdown {
  const tokens = engine.parse(source, {});
  highlightBlocks(tokens);
  const headings = numberHeadings(tokens);
  const words = source.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  return { html: new Html(engine.renderer.render(tokens, engine.options, {})), headings, words };
}

function highlightBlocks(tokens: Tokens): void {
  let left = MAX_HIGHLIGHTED;
  for (const token of tokens) {
    if (token.type !== 'fence' || token.content.length > left) continue;
    const markup = highlight(token.content, token.info.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '');
    if (markup === undefined) continue;
    left -= token.content.length;
    highlighted.set(token, markup);
  }
}

/** Gives each heading an id and a level below the page's own. */
function numberHeadings(tokens: Tokens): Heading[] {
  const headings: Heading[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue;
    const level = Math.min(Number(token.tag.slice(1)) + 1, 6);
    token.tag = `h${level}`;
    if (token.type === 'heading_close') continue;
    const heading = { id: `section-${headings.length + 1}`, level, text: plainText(tokens[index + 1]?.children ?? []) };
    token.attrSet('id', heading.id);
    headings.push(heading);
  }
  return headings;
}

const plainText = (tokens: readonly { type: string; content: string }[]): string =>
  tokens
    .filter(({ type }) => type === 'text' || type === 'code_inline' || type === 'image')
    .map(({ content }) => content)
    .join('');
