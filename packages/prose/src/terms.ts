/** A term that a reader of Istio's, Kubernetes' and Envoy's documentation would not search for. */
export interface Term {
  /** Matches the term anywhere in prose; `g` and `i` are set. */
  readonly pattern: RegExp;
  /** What to write, as an author would look it up. */
  readonly instead: string;
}

const term = (words: string, instead: string): Term => ({ pattern: new RegExp(`\\b(?:${words})\\b`, 'gi'), instead });

/** The terms that this project does not use in documentation, messages, comments, test names and identifiers. */
export const terms: readonly Term[] = [
  term('cure|cures|cured', 'hint, fix'),
  term('mend|mends|mended|mending', 'fix, repair'),
  term('(?:traffic|whole) shares?|shares? of (?:the )?(?:traffic|requests)', 'weight'),
  term('sent again|asked again|asked a second time|sent twice|asked twice', 'retried'),
  term('sends it again|asks again|is repeated by (?:the|its) prox(?:y|ies)', 'retries'),
  term('made anew|make anew|makes anew|begins? anew|began anew|begun anew|anew', 'recreated, restarted'),
  term('is no more|are no more', 'removed, unavailable'),
  term('given up|gives up|gave up|give up', 'failed, stop'),
  term('nobody|somebody', 'no caller, you, a user'),
  term('a person', 'you, a user'),
  term('lack|lacks|lacked|lacking', 'is missing'),
  term('beside', 'next to, in addition to'),
  term('alone', 'only'),
  term('took over|takes over|taken over|take over', 'accept, replace'),
  term('say|says|said', 'report, print, state'),
  term('tell|tells|told', 'report, print, set'),
  term('hold|holds|holding', 'contain, keep, be in sync, pass'),
  term('visits? stays? with', 'session affinity'),
  term('order(?:s|ed|ing)? (?:a |the )?faults?|faults? (?:to|in) order|fault orders?', 'inject a fault, fault injection'),
  term('the claims?|a claim|claims hold', 'check'),
  term('legs? of (?:the|a) (?:way|path|route)', 'call'),
  term('riddles?', 'a plain name'),
];

/** A use of a term in a text. */
export interface TermUse {
  /** Characters from the beginning of the text. */
  readonly index: number;
  readonly found: string;
  readonly instead: string;
}

/** Every use of a term in a text, in its order. */
export function termsIn(text: string): readonly TermUse[] {
  return terms
    .flatMap(({ pattern, instead }) => [...text.matchAll(pattern)].map((match) => ({ index: match.index, found: match[0], instead })))
    .sort((one, other) => one.index - other.index);
}
