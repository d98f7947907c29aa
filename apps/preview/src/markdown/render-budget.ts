import type { MarkdownIt } from 'markdown-it';

/** Thrown for a text that costs more to format than a document that people write. */
export class TooComplexError extends Error {}

// Steps of one text. 174 READMEs and changelogs, each repeated to 256 KiB, took 35,000 (median) to 98,000; a step takes 0.1 to 1.3 µs.
const MAX_STEPS = 120_000;
// Levels of quotes and lists; a list is two. markdown-it drops what is deeper than its own limit, so this one is lower.
const MAX_DEPTH = 40;
/** The nesting limit of the parser itself: a list opens two levels before this budget sees the line. */
export const PARSER_NESTING = MAX_DEPTH + 3;
// Characters of markup. 256 KiB of quotation marks, each escaped, still fit.
const MAX_MARKUP = 2 * 1024 * 1024;

// In steps: a line tried as a block, and an address that may become a link and is then encoded, cost more than a piece of a line.
const LINE = 2;
const URL = 8;
const MAIL_ADDRESS = 4;

/** The remaining work and markup of one text. */
export class RenderBudget {
  #steps = MAX_STEPS;
  #markup = MAX_MARKUP;

  /** @throws TooComplexError where less is left */
  spend(steps: number): void {
    this.admit(steps);
    this.#steps -= steps;
  }

  /** Whether so many steps, which come later, are left. @throws TooComplexError where they are not */
  admit(steps: number): void {
    if (steps > this.#steps) throw new TooComplexError('the text takes too many steps to format');
  }

  /** @throws TooComplexError where less is left */
  spendMarkup(characters: number): void {
    this.#markup -= characters;
    if (this.#markup < 0) throw new TooComplexError('the text becomes too much markup');
  }
}

/** Lets the engine count its steps in `env.budget`, by rules that stand before its own and match nothing. */
export function countSteps(engine: MarkdownIt): void {
  const everyLine = { alt: ['paragraph', 'reference', 'blockquote', 'list'] };
  engine.block.ruler.before(
    'table',
    'budget',
    ({ env, level, tokens }) => {
      if (level > MAX_DEPTH) throw new TooComplexError('the text nests quotes and lists too deep');
      budgetIn(env).spend(LINE);
      budgetIn(env).admit(tokens.length);
      return false;
    },
    everyLine,
  );
  engine.core.ruler.before('inline', 'budget of blocks', ({ env, src, tokens }) =>
    budgetIn(env).spend(tokens.length + URL * countOf('://', src)),
  );
  engine.inline.ruler.before('text', 'budget', ({ env }) => {
    budgetIn(env).spend(1);
    return false;
  });
  engine.core.ruler.before('linkify', 'budget of links', ({ env, src }) => budgetIn(env).spend(MAIL_ADDRESS * countOf('@', src)));
}

const countOf = (part: string, text: string): number => text.split(part).length - 1;
const budgetIn = (env: object): RenderBudget => (env as { budget: RenderBudget }).budget;
