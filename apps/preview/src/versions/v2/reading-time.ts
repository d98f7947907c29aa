const WORDS_PER_MINUTE = 200;

/** How long a text takes to read, in whole minutes, at least one. */
export function readingTime(words: number): string {
  const minutes = Math.max(1, Math.round(words / WORDS_PER_MINUTE));
  return minutes === 1 ? '1 minute to read' : `${minutes} minutes to read`;
}
