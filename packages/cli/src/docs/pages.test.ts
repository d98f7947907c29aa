import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { commandLine } from '../main.ts';
import { parsePage, readPage } from './page.ts';
import { knownOf, pagesOf, problemsOf } from './page-problems.ts';

const known = knownOf(checkout, commandLine());
const pages = pagesOf(checkout);
/** In two parts: this file is a source too. */
const NONE = `PLATFORM_${'NONE'}`;

test('every link, command, option, path, variable and script that a page names exists', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'mesh/README.md']));
  expect(pages.flatMap((file) => problemsOf(file, readPage(join(checkout, file)), known))).toEqual([]);
});

test.each([
  ['a link to a file', '[x](docs/none.md)', 'the link docs/none.md leads to no file'],
  ['a link to a heading', '[x](docs/README.md#none)', 'the link docs/README.md#none leads to no heading'],
  ['a picture', '<img src="docs/none.svg">', 'the link docs/none.svg leads to no file'],
  ['a command', '`./platform bring`', 'there is no command bring'],
  ['a command of a group', '`./platform mesh guess`', 'there is no command guess'],
  ['a command in a block', '```console\n$ ./platform --json stat\n```', 'there is no command stat'],
  ['a command in another one', '```sh\ncurl $(./platform uri)/\n```', 'there is no command uri'],
  ['an option', '`./platform down --all`', 'there is no option --all'],
  ['an option of another command', '`./platform up --purge`', 'there is no option --purge'],
  ['a path', '`packages/none`', 'the path packages/none does not exist'],
  ['a path with a star', '`apps/*/none`', 'the path apps/*/none does not exist'],
  ['a variable', `\`${NONE}\``, `no source reads the variable ${NONE}`],
  ['a variable before a command', `\`\`\`sh\n${NONE}=1 ./platform up\n\`\`\``, `no source reads the variable ${NONE}`],
  ['a script', '`npm run nothing -w packages/cli`', 'npm run nothing: the package of packages/cli has no such script'],
])('finds %s that does not exist', (_, text, problem) => {
  expect(problemsOf('README.md', parsePage(text), known)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  '`./platform --instance try up --refresh`',
  '`./platform tool kubectl -- get pods --all-namespaces`',
  '`./platform new service NAME [--calls A,B]`',
  '`./platform mesh split preview v1=80 v2=20 --save`',
  '[x](docs/README.md), [y](https://example.com/none)',
  '`apps/NAME/src`, `apps/*/deploy`, `packages/cli/src/main.ts`, `spec/rules`',
  '`PLATFORM_TIMEOUT_FACTOR=3`',
  '# A heading: with `code`\n[x](#a-heading-with-code)',
])('accepts %s', (text) => expect(problemsOf('README.md', parsePage(text), known)).toEqual([]));

test.each(pages.filter((file) => file.startsWith('docs/how-to/')))('%s has a goal, what it needs and how to clean up', (file) => {
  const text = readFileSync(join(checkout, file), 'utf8');
  expect(text).toMatch(/^# .*\n\nGoal: /);
  expect(text).toMatch(/Before you begin/);
  expect(text).toMatch(/Clean up/);
});

test('each page of docs is reached from docs/README.md', () => {
  const reached = new Set(['docs/README.md']);
  for (const file of reached)
    for (const { text } of readPage(join(checkout, file)).links) {
      const target = join(dirname(file), text.split('#')[0] ?? '');
      if (pages.includes(target)) reached.add(target);
    }
  expect(pages.filter((file) => file.startsWith('docs/') && !reached.has(file))).toEqual([]);
});

test('each folder and file in the table of a README exists', () => {
  const missing = pages
    .filter((file) => file.endsWith('README.md'))
    .flatMap((file) => missingParts(file, readFileSync(join(checkout, file), 'utf8')));
  expect(missing).toEqual([]);
  expect(missingParts('packages/cli/README.md', '| folder | content |\n|---|---|\n| `src/none/`, `bench` | |\n')).toEqual([
    'packages/cli/README.md: src/none/',
    'packages/cli/README.md: bench',
  ]);
});

/** What the first column of a table of folders names, and what is neither next to the page nor in the repository. */
const missingParts = (file: string, text: string): readonly string[] =>
  text
    .split(/^\| *(?:folder|part) *\| *contents? *\|$/m)
    .slice(1)
    .flatMap((table) => table.split('\n\n')[0]?.split('\n') ?? [])
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, path = '']) => path))
    .filter(
      (path) =>
        !/^@/.test(path) &&
        ![dirname(file), ''].some((folder) => globSync(join(folder, path.replace(/<[^>]+>/, '*')), { cwd: checkout }).length > 0),
    )
    .map((path) => `${file}: ${path}`);
