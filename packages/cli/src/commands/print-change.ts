import { type CommandContext, print } from './context.ts';

/** What a command changed in the checkout. */
export interface Change {
  /** The files that it wrote and removed. */
  readonly files: readonly string[];
  /** The cycles of calls that it closed. */
  readonly cycles: readonly string[];
  readonly message: string;
}

/** The longest list of files that is printed. */
const MANY = 60;

/** Changes the checkout, and prints what changed. */
export async function printChange(
  context: () => Promise<CommandContext>,
  change: (given: CommandContext) => Promise<Change>,
): Promise<void> {
  const given = await context();
  const { files, cycles, message } = await change(given);
  const lines = [
    ...(files.length > MANY ? [`  ${files.length} files: git status lists them`] : files.map((file) => `  ${file}`)),
    '',
    ...cycles.map((cycle) => `note: the calls go around: ${cycle}`),
    message,
  ];
  print(given, { files, cycles }, `\n${lines.join('\n')}\n`);
}
