import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commandLine } from '../main.ts';
import { commandsFile, commandsPage } from './commands-page.ts';

test('the committed page of commands matches the command line', async () => {
  expect(await readFile(commandsFile, 'utf8'), 'run npm run generate -w packages/cli').toBe(commandsPage(commandLine()));
});

test('it has each command with its options, those of mesh too', () => {
  const page = commandsPage(commandLine());
  expect(page).toContain('## mesh split\n\n`./platform mesh split <service> <weights...>`: Change');
  expect(page).toContain('| `--purge` | delete its state and documents too |');
});
