import { type ArrayChange, diffArrays } from 'diff';

/** A run of lines that both texts have, or only one of them. */
export interface Run {
  in: 'both' | 'theirs' | 'mine';
  lines: readonly string[];
}

// Two texts that share little are compared no further: beyond this a comparison would block the process.
const MAX_EDITS = 800;

/** Two texts line by line; where they differ too much to compare, all of one and then all of the other. */
export function compareTexts(theirs: string, mine: string): Run[] {
  const [theirLines, myLines] = [linesOf(theirs), linesOf(mine)];
  const changes = diffArrays(theirLines, myLines, { maxEditLength: MAX_EDITS });
  if (changes) return changes.map(runOf);
  return [
    { in: 'theirs', lines: theirLines },
    { in: 'mine', lines: myLines },
  ];
}

/** One text that has every line of both, where they differ theirs first: for a user to merge by hand. */
export const bothTexts = (runs: readonly Run[]): string => runs.flatMap(({ lines }) => lines).join('\n');

const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/);

const runOf = ({ value, added, removed }: ArrayChange<string>): Run => ({
  in: added ? 'mine' : removed ? 'theirs' : 'both',
  lines: value,
});
