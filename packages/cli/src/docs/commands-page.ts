import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import type { Argument, Command, Option } from 'commander';

export const commandsFile = join(checkout, 'docs/reference/commands.md');

/** The page that lists every command with its arguments and options, from the command line itself. */
export const commandsPage = (program: Command): string =>
  `<!-- Made by npm run generate -w packages/cli from the command line itself. -->
# The command \`platform\`

Every command takes these before or after its name. Exit status: 0, 1 for a failure, 2 for wrong usage, or the one that a command states.

${optionsOf(program)}${program.commands.map((command) => sectionOf(command, 'platform')).join('')}`.replace(/\n+$/, '\n');

function sectionOf(command: Command, parent: string): string {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.map((one) => sectionOf(one, name)).join('');
  const usage = [`./${name}`, ...command.registeredArguments.map(argumentOf)].join(' ');
  return `## ${name.replace('platform ', '')}\n\n\`${usage}\`: ${command.description()}.\n\n${argumentsOf(command)}${optionsOf(command)}`;
}

const argumentOf = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

const argumentsOf = ({ registeredArguments }: Command): string =>
  tableOf(
    'argument',
    registeredArguments.filter(({ description }) => description).map((one) => [argumentOf(one), one.description]),
  );

const optionsOf = ({ options }: Command): string =>
  tableOf(
    'option',
    options.map((option) => [option.flags, described(option)]),
  );

const described = ({ description, defaultValue, mandatory }: Option): string => {
  const usual = ['string', 'number'].includes(typeof defaultValue) ? ` (default: \`${defaultValue}\`)` : '';
  return `${description}${mandatory ? ' (must be given)' : ''}${usual}`;
};

const tableOf = (what: string, rows: readonly (readonly [string, string])[]): string =>
  rows.length === 0 ? '' : `| ${what} | |\n|---|---|\n${rows.map(([name, words]) => `| \`${name}\` | ${words} |\n`).join('')}\n`;
