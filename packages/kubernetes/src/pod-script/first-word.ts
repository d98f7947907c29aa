// Runs inside pods, as part of a script's text: see script-command.ts. It imports nothing.

const LIMIT_MS = 5_000;

export type Settle = (word: string) => void;
export type End = () => void;

/** The first word that comes of what is begun, `no answer` where none comes within 5 s; then all of it is ended. */
export function firstWord(begin: (settle: Settle) => End): Promise<string> {
  return new Promise((resolve) => {
    let end: End = () => {};
    const settle = (word: string) => {
      clearTimeout(timer);
      resolve(word);
      end();
    };
    const timer = setTimeout(() => settle('no answer'), LIMIT_MS);
    end = begin(settle);
  });
}
