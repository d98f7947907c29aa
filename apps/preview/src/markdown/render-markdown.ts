import MarkdownIt from 'markdown-it';
import { escapeHtml, Html } from '../html/html.js';
import { highlight } from './highlight.js';
import { countSteps, PARSER_NESTING, RenderBudget } from './render-budget.js';

export interface Heading {
  id: string;
  /** From 2: the page's own heading is the first. */
  level: number;
  text: string;
}

export interface RenderedMarkdown {
  html: Html;
  /** The first 200. */
  headings: readonly Heading[];
  headingCount: number;
  words: number;
}

type Tokens = ReturnType<typeof engine.parse>;

const LINK_RELATION = 'noopener noreferrer nofollow ugc';
// A longer table of contents does not help a reader.
const MAX_HEADINGS = 200;
// Highlighted characters of one document: its reader waits for all of them.
const MAX_HIGHLIGHTED = 32 * 1024;

/** The markup of code blocks whose language is known. */
const highlighted = new WeakMap<object, string>();
/** The images that are inside a link. */
const inLinks = new WeakSet<object>();

const engine = new MarkdownIt({ html: false, linkify: true, maxNesting: PARSER_NESTING });
countSteps(engine);
// linkify finds and drops what validateLink refuses, at the price of a scan to the end of each: so it is not looked for.
engine.linkify.add('ftp:').add('//');
engine.validateLink = (url) => /^(https?:\/\/|mailto:)/i.test(url);

engine.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', LINK_RELATION);
  return self.renderToken(tokens, index, options);
};

// The page loads nothing from elsewhere, so an image is a link to it: the reader opens it there.
engine.renderer.rules.image = (tokens, index) => {
  const image = tokens[index];
  const text = escapeHtml(image?.content || 'image');
  if (image && inLinks.has(image)) return text;
  const source = escapeHtml(String(image?.attrGet('src') ?? ''));
  if (source === '') return text;
  return `<a class="image" href="${source}" rel="${LINK_RELATION}">${text}</a>`;
};

// A table wider than its column scrolls by itself, and by keyboard.
engine.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table>';
engine.renderer.rules.table_close = () => '</table></div>';
engine.renderer.rules.code_block = (tokens, index) => codeBlock(escapeHtml(tokens[index]?.content ?? ''));
engine.renderer.rules.fence = (tokens, index) => {
  const token = tokens[index];
  return token ? codeBlock(highlighted.get(token) ?? escapeHtml(token.content)) : '';
};

const codeBlock = (markup: string): string => `<pre tabindex="0"><code>${markup}</code></pre>\n`;

/**
 * A document's body as markup: no HTML of the author's, no images, links only to http, https and mailto.
 * @throws TooComplexError for a text that would take more than 0.2 s or become more than 2 MiB of markup
 */
export function renderMarkdown(source: string): RenderedMarkdown {
  const env = { budget: new RenderBudget() };
  const tokens = engine.parse(source, env);
  highlightBlocks(tokens);
  for (const { children } of tokens) if (children) checkLinks(children, env.budget);
  const { headings, headingCount } = numberHeadings(tokens);
  const html = engine.renderer.render(tokens, engine.options, env);
  env.budget.spendMarkup(html.length);
  return { html: new Html(html), headings, headingCount, words: countWords(source) };
}

/** The number of words of a text, in any script. */
export function countWords(source: string): number {
  const word = /[\p{L}\p{N}]+/gu;
  let words = 0;
  while (word.test(source)) words++;
  return words;
}

// An address that is defined once may be named by ten thousand links, so what they take is counted before they are written.
function checkLinks(tokens: Tokens, budget: RenderBudget): void {
  const open: boolean[] = [];
  for (const token of tokens) {
    for (const [, value] of token.attrs ?? []) budget.spendMarkup(String(value).length);
    if (token.type === 'link_open') {
      // markdown-it keeps `[text]()`, whose address validateLink refuses, as a link to the page itself.
      token.hidden = token.attrGet('href') === '';
      open.push(!token.hidden);
    }
    if (token.type === 'link_close') token.hidden = open.pop() === false;
    if (token.type === 'image' && open.includes(true)) inLinks.add(token);
  }
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
function numberHeadings(tokens: Tokens): Pick<RenderedMarkdown, 'headings' | 'headingCount'> {
  const headings: Heading[] = [];
  let headingCount = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue;
    const level = Math.min(Number(token.tag.slice(1)) + 1, 6);
    token.tag = `h${level}`;
    if (token.type === 'heading_close') continue;
    const id = `section-${++headingCount}`;
    token.attrSet('id', id);
    if (headingCount <= MAX_HEADINGS) headings.push({ id, level, text: plainText(tokens[index + 1]?.children ?? []) });
  }
  return { headings, headingCount };
}

const plainText = (tokens: readonly { type: string; content: string }[]): string =>
  tokens
    .filter(({ type }) => type === 'text' || type === 'code_inline' || type === 'image')
    .map(({ content }) => content)
    .join('');
