import { type CommandContext, print } from './context.ts';

/** What a command changed in the checkout. */
export interface Change {
  /** The files that it wrote and removed. */
  readonly files: readonly string[];
  /** The cycles of calls that it closed. */
  readonly cycles: readonly string[];
  readonly message: string;
}

/** What people write and read; the rest follows from it. */
const WRITTEN = /^(apps|packages|load-tests)\/|^platform\.mesh\.ts$/;

/** Changes the checkout, and prints what changed. */
export async function printChange(
  context: () => Promise<CommandContext>,
  change: (given: CommandContext) => Promise<Change>,
): Promise<void> {
  const given = await context();
  const { files, cycles, message } = await change(given);
  const written = files.filter((file) => WRITTEN.test(file));
  const generated = files.length - written.length;
  const lines = [
    ...written.map((file) => `  ${file}`),
    ...(generated > 0 ? [`  and ${generated} generated ${generated === 1 ? 'file' : 'files'}: git status lists them`] : []),
    '',
    ...cycles.map((cycle) => `note: the calls go around: ${cycle}`),
    message,
  ];
  print(given, { files, cycles }, `\n${lines.join('\n')}\n`);
}
