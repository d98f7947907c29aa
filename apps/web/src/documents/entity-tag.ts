import { MAX_REVISION } from '@mesh-platform/contracts';
import { ProblemException } from '@mesh-platform/service-kit';

/** A tag as If-Match compares it: 0, which no document is at, stands for each that is no document's. */
type Revision = number;

// https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3, one element of a list; elements may be empty.
const ELEMENT = /[ \t]*(?:(?<weak>W\/)?"(?<opaque>[\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|$)/y;

/** The strong validator of a document at a revision. */
export const entityTag = (revision: Revision): string => `"${revision}"`;

/**
 * The revisions that If-Match allows, by strong comparison, which no weak tag passes; none for `*`, which allows each.
 * Undefined without the header. @throws ProblemException 400 where it is neither `*` nor a list of entity tags
 */
export function expectedRevisions(header: string | undefined): Revision[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return [];
  const tags = tagsOf(header);
  if (tags) return tags.map(({ weak, opaque }) => (weak ? 0 : revisionOf(opaque)));
  const errors = [{ field: 'If-Match', message: 'must be an entity tag in quotation marks, a list of them, or *' }];
  throw new ProblemException(400, 'the request is not valid', { errors });
}

/** Whether If-None-Match names this revision, by weak comparison; a malformed header names nothing. */
export function isKnown(header: string | undefined, revision: Revision): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || (tagsOf(header) ?? []).some(({ opaque }) => revisionOf(opaque) === revision);
}

interface Tag {
  weak: boolean;
  opaque: string;
}

function tagsOf(header: string): Tag[] | undefined {
  const tags: Tag[] = [];
  for (ELEMENT.lastIndex = 0; ELEMENT.lastIndex < header.length; ) {
    const { weak, opaque } = ELEMENT.exec(header)?.groups ?? {};
    if (ELEMENT.lastIndex === 0) return undefined; // where a sticky expression does not match
    if (opaque !== undefined) tags.push({ weak: weak !== undefined, opaque });
  }
  return tags.length > 0 ? tags : undefined;
}

// "01" is another tag than "1", and no document is at a larger number than any revision.
function revisionOf(opaque: string): Revision {
  const revision = /^[1-9]\d{0,9}$/.test(opaque) ? Number(opaque) : 0;
  return revision <= MAX_REVISION ? revision : 0;
}
