import { join } from 'node:path';
import { described } from '@mesh-platform/mesh/commands';
import { checkout } from '@mesh-platform/targets';
import type { Argument, Command } from 'commander';

export const commandsFile = join(checkout, 'docs/reference/commands.md');

/** The page that lists every command with its arguments and options, from the command line itself. */
export const commandsPage = (program: Command): string =>
  `<!-- Made by npm run generate -w packages/cli from the command line itself. -->
# The command \`platform\`

Every command takes these before or after its name, and -h or --help. Exit status: 0, 1 for a failure, 2 for wrong usage, or the one that a command states.
Colours are for a terminal; NO_COLOR and FORCE_COLOR are honoured.

${optionsOf(program)}${visible(program)
  .map((command) => sectionOf(command, 'platform'))
  .join('')}`.replace(/\n+$/, '\n');

function sectionOf(command: Command, parent: string): string {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length > 0)
    return visible(command)
      .map((one) => sectionOf(one, name))
      .join('');
  const usage = [`./${name}`, ...command.registeredArguments.map(argumentOf)].join(' ');
  const example = /Example:\n {2}(.*)\n/.exec(helpOf(command))?.[1];
  return `## ${name.replace('platform ', '')}\n\n\`${usage}\`: ${command.description()}. Example: \`${example}\`\n\n${argumentsOf(command)}${optionsOf(command)}`;
}

/** Those that the help lists, without `help`. */
const visible = ({ commands }: Command): readonly Command[] => commands.filter((command) => !command.name().startsWith('_'));

/** The help of a command, as `--help` prints it. */
export function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

const argumentOf = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

const argumentsOf = ({ registeredArguments }: Command): string =>
  tableOf(
    'argument',
    registeredArguments.map((one) => [argumentOf(one), described(one)]),
  );

const optionsOf = ({ options }: Command): string =>
  tableOf(
    'option',
    options.map((option) => [option.flags, described(option)]),
  );

const tableOf = (what: string, rows: readonly (readonly [string, string])[]): string =>
  rows.length === 0 ? '' : `| ${what} | |\n|---|---|\n${rows.map(([name, words]) => `| \`${name}\` | ${words} |\n`).join('')}\n`;
