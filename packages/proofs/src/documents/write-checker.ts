/** A document as a list shows it. */
export interface ListedDocument {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
}

/** The state of a document: at a revision with a title, or absent. */
export type DocumentState = 'absent' | `${number} ${string}`;

/** The state of a document at a revision. */
export const stateOf = ({ revision, title }: Pick<ListedDocument, 'revision' | 'title'>): DocumentState => `${revision} ${title}`;

/**
 * Compares the documents of an API with its acknowledgements: any write with a 2xx to POST, PUT or DELETE must be there, at its latest
 * revision, or be absent, and once. A write that got another answer, or none, may have happened or not.
 * Keys, with which the titles begin, identify the documents.
 */
export class WriteChecker {
  readonly #possible = new Map<string, Set<DocumentState>>();

  /** Notes a write: what it makes of the document, and whether it was acknowledged. */
  note(key: string, state: DocumentState, acknowledged: boolean): void {
    const possible = this.#possible.get(key);
    if (acknowledged || !possible) this.#possible.set(key, new Set(acknowledged ? [state] : ['absent', state]));
    else possible.add(state);
  }

  /** Keys of which at least one write was noted. */
  get keys(): ReadonlySet<string> {
    return new Set(this.#possible.keys());
  }

  /** A message for each key that differs from its acknowledgement; documents of other keys are ignored. */
  violations(documents: readonly ListedDocument[]): string[] {
    const byKey = Map.groupBy(documents, ({ title }) => keyOf(title));
    return [...this.#possible].flatMap(([key, possible]) => {
      const found = byKey.get(key) ?? [];
      if (found.length > 1) return [`${key} is there ${found.length} times`];
      const state = found[0] ? stateOf(found[0]) : 'absent';
      return possible.has(state) ? [] : [`${key} is ${state}, and should be ${[...possible].join(' or ')}`];
    });
  }
}

const SEPARATOR = ' edit ';

/** A title that identifies its document. */
export const titleOf = (key: string, edit: number): string => `${key}${SEPARATOR}${edit}`;

const keyOf = (title: string): string => title.split(SEPARATOR, 1)[0] ?? title;
