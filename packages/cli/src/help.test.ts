import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { helpOf } from './docs/commands-page.ts';
import { commandLine } from './main.ts';

const allOf = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(allOf)];
const program = commandLine();
const shown = allOf(program).filter(
  (command) => command.parent === null || command.createHelp().visibleCommands(command.parent).includes(command),
);
const cases = shown.map((command) => ({ name: command.name(), command, help: helpOf(command) }));

test('the help of the program groups the commands in the order of a new user', () => {
  const headings = cases[0]?.help.match(/^\w+:$/gm);
  expect(headings).toEqual(['Options:', 'Start:', 'Develop:', 'Traffic:', 'Verify:', 'Scaffold:', 'Example:']);
});

test.each(cases)('the help of $name fits 80 columns, and has an example and the global options', ({ help }) => {
  expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(help).toMatch(/\nExample:\n {2}\.\/platform \S.*\n$/);
  for (const option of ['--on <target>', '--environment <name>', '-n, --instance <name>', '--json']) expect(help).toContain(`  ${option} `);
});

test.each(cases)(
  'the help of $name names what each argument and option is, with its default, and no empty default',
  ({ command, help }) => {
    expect(help).not.toMatch(/default:\s+(\{|\[|false|")/);
    expect(command.description()).toMatch(/^[A-Z].*[^.]$/);
    for (const argument of command.registeredArguments) {
      expect(argument.description, argument.name()).not.toBe('');
      const described = command.createHelp().argumentDescription(argument);
      if (!argument.required) expect(described, `${argument.name()} has a default`).toMatch(/default: |after --/);
    }
    for (const option of command.options.filter(({ required }) => required)) {
      const described = command.createHelp().optionDescription(option);
      expect(described, `${option.flags} has a default, or is required`).toMatch(/default: |required/);
      expect(described.split('default: ').length, `${option.flags} names its default once`).toBeLessThan(3);
    }
  },
);

/** Modules that take half a second to load. */
const HEAVY = /^@mesh-platform\/(kubernetes|targets|mesh|infra|proofs)$/;

/** The modules that load with a file, by static imports that are not only of types. */
function importsOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)) {
    if (path.startsWith('.') && path.endsWith('.ts')) importsOf(join(dirname(file), path), seen);
    else seen.add(path);
  }
  return seen;
}

test('help and completion load no client of Kubernetes, so they answer at once', () => {
  const loaded = importsOf(join(import.meta.dirname, 'main.ts'));
  expect([...loaded].filter((path) => path.endsWith('.command.ts'))).not.toHaveLength(0);
  expect([...loaded].filter((path) => HEAVY.test(path))).toEqual([]);
});
