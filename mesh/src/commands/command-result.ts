/** The result that a command returns to the command line. */
export interface CommandResult {
  /** For standard output. */
  readonly output: string;
  /** 0: as it should be; 1: something is not; 3: `plan --detailed-exitcode` found differences. */
  readonly exitCode: 0 | 1 | 3;
}

export const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
