/** A test that failed at its first attempt and passed at its second. */
export interface Retried {
  readonly file: string;
  readonly title: string;
  /** What the first attempt failed with. */
  readonly why: string;
}

/** Each with the failure of its first attempt, so that a rare failure is seen although it fails no run; empty where there is none. */
export function retriedTests(retried: readonly Retried[]): string {
  if (retried.length === 0) return '';
  const lines = retried.map(({ file, title, why }) => `  ${file}: ${title}\n${why.replaceAll(/^/gm, '      ')}\n`);
  return `\npassed at the second attempt, after a failure\n${lines.join('')}`;
}
