/** Where long work tells how far it is. The command line draws it; tests ignore it. */
export interface Progress {
  /** Runs `work` under a title; steps may overlap. `note` replaces the detail beside the title. */
  step<T>(title: string, work: (note: (detail: string) => void) => Promise<T>): Promise<T>;
  /** A line that stays. */
  say(line: string): void;
}

export const silent: Progress = {
  step: (_title, work) => work(() => {}),
  say: () => {},
};
