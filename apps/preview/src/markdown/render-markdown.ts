import MarkdownIt from 'markdown-it';
import { Html } from '../html/html.js';

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

const engine = new MarkdownIt({ html: false, linkify: true });
engine.disable('image'); // the page loads nothing from elsewhere
engine.validateLink = (url) => /^(https?:\/\/|mailto:)/i.test(url);
engine.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'noopener noreferrer nofollow ugc');
  return self.renderToken(tokens, index, options);
};

/** A document's body as markup: no HTML of the author's, links to http, https and mailto alone. */
export function renderMarkdown(source: string): RenderedMarkdown {
  const environment = {};
  const tokens = engine.parse(source, environment);
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
  const words = source.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  return { html: new Html(engine.renderer.render(tokens, engine.options, environment)), headings, words };
}

const plainText = (tokens: readonly { type: string; content: string }[]): string =>
  tokens
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
