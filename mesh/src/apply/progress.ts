/** Where long work tells how far it is. */
export interface Progress {
  /** Runs `work` under a title; `note` replaces the detail beside it. */
  step<T>(title: string, work: (note: (detail: string) => void) => Promise<T>): Promise<T>;
  /** A line that stays. */
  say(line: string): void;
}

export const silent: Progress = { step: (_title, work) => work(() => {}), say: () => {} };
