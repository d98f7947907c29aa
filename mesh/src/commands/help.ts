import { styleText } from 'node:util';
import type { AddHelpTextContext, Argument, Command, Option } from 'commander';

/** The width that every terminal has; help is narrower where the terminal is. */
const WIDTH = 80;

/** The words that call a command: `./platform mesh split`. */
const pathOf = (command: Command): string => [command.parent && pathOf(command.parent), command.name()].filter(Boolean).join(' ');

/** For `addHelpText('after', …)`: calls the command with these arguments. */
export const example =
  (args = '') =>
  ({ command }: AddHelpTextContext): string =>
    `\nExample:\n  ${pathOf(command)}${args && ` ${args}`}`;

/** The description of an option or argument, with its valid values and default. One that is off or empty has no default to show. */
export function described({ description, argChoices = [], defaultValue, defaultValueDescription, ...rest }: Option | Argument): string {
  const usual = defaultValueDescription ?? (['string', 'number'].includes(typeof defaultValue) ? defaultValue : undefined);
  const facts = [
    ...(argChoices.length > 0 ? [`one of: ${argChoices.join(', ')}`] : []),
    ...(usual === undefined ? [] : [`default: ${usual}`]),
    ...('mandatory' in rest && rest.mandatory ? ['required'] : []),
  ];
  return facts.length > 0 ? `${description} (${facts.join('; ')})` : description;
}

/** Adds `help COMMAND…`, which shows the help of the program, of a group or of a command in it. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('Show the help of a command')
    .argument('[command...]', 'words that name it (default: none, for the list of commands)')
    .addHelpText('after', example(program.commands[0]?.name()))
    .action((words: string[]) => {
      let command = program;
      for (const word of words) {
        const next = command.commands.find((one) => one.name() === word);
        command = next ?? command.error(`error: unknown command '${word}'`);
      }
      command.outputHelp();
    });
}

/** Gives a command and those below it one form of help and of errors. Call it when every command is added. */
export function formatHelp(command: Command): void {
  const path = pathOf(command);
  command
    .helpOption('-h, --help', 'show this help')
    .configureHelp({
      helpWidth: Math.min(WIDTH, process.stdout.columns || WIDTH),
      showGlobalOptions: true,
      optionDescription: described,
      argumentDescription: described,
      subcommandTerm: (one) => one.name(),
      styleTitle: (title) => styleText('bold', title, { validateStream: false }),
    })
    .configureOutput({ outputError: (text, write) => write(reworded(text, path)) })
    .showHelpAfterError(`  → ${path} --help ${command.commands.length > 0 ? 'lists the commands' : 'shows its arguments and options'}`);
  if (command.parent && command.commands.length > 0) command.helpCommand('help [command]', 'Show the help of a command');
  for (const one of command.commands) formatHelp(one);
}

/** An error of commander as a message and a hint of ours: `error: unknown option '--al'`, `(Did you mean --all?)`. */
function reworded(text: string, path: string): string {
  const [program = ''] = path.replace('./', '').split(' ');
  return text
    .replace(/^error: /, `${program}: `)
    .replace(/command-argument value '(.*)' is invalid for argument '(.*?)s?'\. /, "invalid $2 '$1': ")
    .replace(/option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid\. /, "invalid $1 '$2': ")
    .replace(/: Allowed choices are (.*)\.$/m, '\n  → name one of: $1')
    .replace(/^\(Did you mean (.*)\?\)$/m, '  → did you mean $1?');
}
