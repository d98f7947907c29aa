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

/** One step of a procedure. */
export interface Step {
  readonly name: string;
  /** Shows the name, with the time that the step takes; otherwise the user sees only what the work itself shows. */
  readonly shown?: true;
  readonly run: (note: (detail: string) => void) => unknown;
}

/** Runs the steps of a procedure in their order; the first failure ends it. */
export async function runSteps(steps: readonly Step[], progress: Progress): Promise<void> {
  for (const { name, shown, run } of steps) await (shown ? progress : silent).step(name, async (note) => run(note));
}
