import { html } from '../html/html.js';
import { countWords, type RenderedMarkdown } from './render-markdown.js';

const NOTES = {
  complex: 'This text is too complex to format, so it is shown as it was written.',
  failed: 'This text could not be formatted, so it is shown as it was written.',
  busy: 'The server is too busy to format this text, so it is shown as it was written. Reload the page to try again.',
} as const;

/** Why a text is shown without its formatting. */
export type PlainReason = keyof typeof NOTES;

/** The text as it was written, escaped, with a note that gives the reader the reason. */
export const plainText = (source: string, reason: PlainReason): RenderedMarkdown => ({
  html: html`<p class="unformatted" role="note">${NOTES[reason]}</p>
<pre class="plain" tabindex="0">
${source}</pre>`,
  headings: [],
  headingCount: 0,
  words: countWords(source),
});
