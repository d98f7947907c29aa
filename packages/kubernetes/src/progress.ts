/** Receives the progress of long work. The command line draws it; tests ignore it. */
export interface Progress {
  /** Runs `work` under a title; steps may overlap. `note` replaces the detail next to the title. */
  step<T>(title: string, work: (note: (detail: string) => void) => Promise<T>): Promise<T>;
  /** Prints a line that stays. */
  print(line: string): void;
}

export const silent: Progress = {
  step: (_title, work) => work(() => {}),
  print: () => {},
};
