import { type Html, html } from '../../html/html.js';
import type { Heading, RenderedMarkdown } from '../../markdown/render-markdown.js';

/** The table of contents: the headings that are listed, and how many more there are; false where there are none. */
export function contents({ headings, headingCount }: RenderedMarkdown): Html | false {
  if (headings.length === 0) return false;
  const highest = highestOf(headings);
  const more = headingCount - headings.length;
  return html`<nav class="contents" aria-labelledby="contents-heading"><h2 class="label" id="contents-heading">Contents</h2><ol>
${headings.map(({ id, level, text }) => html`<li class="depth-${level - highest}"><a href="#${id}">${text}</a></li>`)}
${more > 0 && html`<li class="depth-0 more">and ${more} more ${more === 1 ? 'heading' : 'headings'}</li>`}</ol></nav>`;
}

// A document may begin at any level: the highest that it has is the margin.
const highestOf = (headings: readonly Heading[]): number => headings.reduce((highest, { level }) => Math.min(highest, level), 6);
