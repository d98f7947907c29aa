import { parentPort } from 'node:worker_threads';
import { TooComplexError } from './render-budget.js';
import { type RenderedMarkdown, renderMarkdown } from './render-markdown.js';

/** The answer of the thread: plain data; `undefined` for a text that is too complex. */
export type ThreadAnswer = (Omit<RenderedMarkdown, 'html'> & { html: string }) | undefined;

function answerTo(source: string): ThreadAnswer {
  try {
    const { html, ...rest } = renderMarkdown(source);
    return { ...rest, html: html.text };
  } catch (error) {
    if (error instanceof TooComplexError) return undefined;
    throw error; // ends the thread; its owner logs why and starts another
  }
}

parentPort?.on('message', (source: string) => parentPort?.postMessage(answerTo(source)));
