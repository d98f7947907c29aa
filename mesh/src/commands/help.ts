import { styleText } from 'node:util';
import type { AddHelpTextContext, Command, Option } from 'commander';

/** The width that every terminal has; help is narrower where the terminal is. */
const WIDTH = 80;

/** The words that call a command: `./platform mesh split`. */
export const pathOf = (command: Command): string => [command.parent && pathOf(command.parent), command.name()].filter(Boolean).join(' ');

/** For `addHelpText('after', …)`: calls the command with these arguments. */
export const example =
  (args = '') =>
  ({ command }: AddHelpTextContext): string =>
    `\nExample:\n  ${pathOf(command)}${args && ` ${args}`}`;

/** The description of an option, with its valid values and default; what is off or empty without it has no default to show. */
export function describedOption({ description, argChoices = [], defaultValue, mandatory }: Option): string {
  const facts = [
    ...(argChoices.length > 0 ? [`one of: ${argChoices.join(', ')}`] : []),
    ...(['string', 'number'].includes(typeof defaultValue) ? [`default: ${defaultValue}`] : []),
    ...(mandatory ? ['required'] : []),
  ];
  return facts.length > 0 ? `${description} (${facts.join('; ')})` : description;
}

/** Gives a command and those below it one form of help and of errors. Call it when every command is added. */
export function formatHelp(command: Command): void {
  const path = pathOf(command);
  command
    .helpOption('-h, --help', 'show this help')
    .configureHelp({
      helpWidth: Math.min(WIDTH, process.stdout.columns || WIDTH),
      showGlobalOptions: true,
      optionDescription: describedOption,
      subcommandTerm: (one) => one.name(),
      styleTitle: (title) => styleText('bold', title, { validateStream: false }),
    })
    .configureOutput({ outputError: (text, write) => write(described(text, path)) })
    .showHelpAfterError(`  → ${path} --help ${command.commands.length > 0 ? 'lists the commands' : 'shows its arguments and options'}`);
  if (command.parent && command.commands.length > 0) command.helpCommand(false); // `help` of the program shows each of them
  for (const one of command.commands) formatHelp(one);
}

/** `error: unknown option '--al'` and `(Did you mean --all?)`, as a message and a hint of ours. */
function described(text: string, path: string): string {
  const [program = ''] = path.replace('./', '').split(' ');
  return text.replace(/^error: /, `${program}: `).replace(/^\(Did you mean (.*)\?\)$/m, '  → did you mean $1?');
}
